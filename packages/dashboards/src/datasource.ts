/** By the uids of grafana/provisioning/datasources/datasources.yaml; `mixed` is Grafana's own. */
export const datasource = {
  mimir: { type: 'prometheus', uid: 'mimir' },
  loki: { type: 'loki', uid: 'loki' },
  tempo: { type: 'tempo', uid: 'tempo' },
  mixed: { type: 'datasource', uid: '-- Mixed --' },
} as const
