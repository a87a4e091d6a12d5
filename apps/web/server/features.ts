// What features of the page read from the environment, and tell the page: those of ../features.ts that have settings.
export { browserTelemetry } from '../features/browser-telemetry/settings.ts'
export { loginProxy } from '../features/login-proxy/settings.ts'
export { traceLink } from '../features/trace-link/settings.ts'
