/**
 * What the chat promises, over 30 days. The one place to change it: rules, their texts and their tests follow.
 *
 * Turn success: this share of turns is answered. A turn that `failed` or was `truncated` is bad; one that the user stopped, or
 * whose reader went away, is not.
 */
export const turnSuccess = { objective: 0.99 } as const

/**
 * Time to first token: this share of model calls that answer does so in time.
 * `seconds` must be one of the catalogue's `secondsBuckets`: only there does a histogram know the share.
 */
export const firstToken = { objective: 0.95, seconds: 2 } as const
