const faults = ['slow', 'cut', 'stall', '429', '429-once', '500', 'error', 'empty', 'no-usage', 'length', 'early-close']

/** True for the models of the mock that misbehave on purpose. */
export function isFault(model: string): boolean {
  return model.startsWith('mock-') && faults.includes(model.slice('mock-'.length))
}
