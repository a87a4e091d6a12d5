/** The problem of a question that was refused because too much was going on. */
export const BUSY = 'api-busy'
