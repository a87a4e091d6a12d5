export { POST } from '../../../features/browser-telemetry/collect.ts'
