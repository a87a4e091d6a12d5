/** A message as the model gets it. */
export type PromptMessage =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | {
      readonly role: 'assistant'
      readonly text: string
      /** What it thought before its calls. */
      readonly reasoning?: string
      readonly calls?: readonly { readonly id: string; readonly name: string; readonly text: string }[]
    }
  | { readonly role: 'tool'; readonly callId: string; readonly text: string }
