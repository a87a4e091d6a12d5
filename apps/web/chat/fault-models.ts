const faults = new Set(
  ['slow', 'cut', 'stall', '429', '500', 'error', 'empty', 'no-usage', 'length'].map((name) => `mock-${name}`),
)

/** True for the models of the mock that misbehave on purpose. */
export function isFault(model: string): boolean {
  return faults.has(model)
}
