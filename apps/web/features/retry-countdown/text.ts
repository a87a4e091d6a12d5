export const text = {
  retryIn: (wait: string) => `Retry in ${wait}`,
  retryNow: 'You can retry now.',
}
