/** By the uids of grafana/provisioning/datasources/datasources.yaml. */
export const datasource = {
  mimir: { type: 'prometheus', uid: 'mimir' },
  loki: { type: 'loki', uid: 'loki' },
  tempo: { type: 'tempo', uid: 'tempo' },
} as const
