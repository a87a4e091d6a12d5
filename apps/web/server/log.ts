import { pino } from 'pino'

/** JSON lines on stdout; with telemetry on, each carries its trace id and goes out over OTLP too. */
export const log = pino({ name: 'chat-web', level: process.env.LOG_LEVEL || 'info' })
