/** Stands in for `swr` in the browser: 4 kB for two hooks of `@ai-sdk/react` that the chat does not use. */
export default function useNothing(): void {}
