// Every feature that takes part in model calls and tool calls. Without its line and its folder one is gone.

export type { CallFeature } from './model-call.ts'
export { operationEvents } from './operation-events/operation-events.ts'
