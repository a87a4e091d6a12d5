import type { KeyboardEvent } from 'react'

/** Enter, but not with Shift, nor while an input method composes (229: Safari reports the end of composition first). */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing && event.keyCode !== 229
}
