import { existsSync } from 'node:fs'
import path from 'node:path'

const settings = path.join(import.meta.dirname, '../../../.env')
if (existsSync(settings)) process.loadEnvFile(settings) // what the environment has already, wins

const variable = (name: string, fallback: string) => (process.env[name] || fallback).replace(/\/$/, '')

/** Where the parts of demo and stack are; ports and addresses come from the variables of .env.example. */
export const addresses = {
  web: variable('WEB_URL', `http://localhost:${process.env.WEB_PORT || 3000}`),
  api: variable('API_URL', `http://127.0.0.1:${process.env.API_PORT || 8000}`),
  viewer: variable('VIEWER_URL', `http://127.0.0.1:${process.env.VIEWER_PORT || 4318}`),
  alloy: variable('ALLOY_URL', `http://127.0.0.1:${process.env.ALLOY_PORT || 12345}`),
  loki: variable('LOKI_URL', `http://127.0.0.1:${process.env.LOKI_PORT || 3100}`),
  tempo: variable('TEMPO_URL', `http://127.0.0.1:${process.env.TEMPO_PORT || 3200}`),
  mimir: variable('MIMIR_URL', `http://127.0.0.1:${process.env.MIMIR_PORT || 9009}`),
  grafana: variable('GRAFANA_URL', `http://127.0.0.1:${process.env.GRAFANA_PORT || 3001}`),
}
