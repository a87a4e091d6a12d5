/** What the user gave cannot work; the message is a sentence for them. */
export class UsageError extends Error {}
