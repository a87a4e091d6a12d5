// Every feature that takes part in model calls and tool calls. Without its line and its folder one is gone.

export { chunkTimes } from './chunk-times.ts'
export type { CallFeature } from './model-call.ts'
export { operationEvents } from './operation-events/operation-events.ts'
