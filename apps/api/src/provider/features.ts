// Every feature that takes part in model calls. Without its line and its folder one is gone.

export { imageRefusals } from './image-refusals/image-refusals.ts'
export { learning } from './learning/learning.ts'
export { loopback } from './loopback/loopback.ts'
export { markedText } from './marked-text/marked-text.ts'
export { mendedCalls } from './mended-calls/mended-calls.ts'
export { oddForms } from './odd-forms/odd-forms.ts'
export type { OfferedTool, ProviderFeature } from './provider-feature.ts'
export { refusals } from './refusals/refusals.ts'
export { sources } from './sources/sources.ts'
export { writtenCalls } from './written-calls/written-calls.ts'
