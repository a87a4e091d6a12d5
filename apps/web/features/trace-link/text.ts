export const text = {
  trace: 'trace',
  traceLabel: 'Trace of this answer (opens in a new tab)',
  board: 'Board of this conversation',
  boardLabel: 'Board of this conversation (opens in a new tab)',
}
