export const text = {
  tool: 'Tool',
  working: 'running',
  done: 'done',
  failed: 'failed',
  unfinished: 'not finished',
  input: 'Input',
  output: 'Output',
  error: 'Error',
  notice: (server: string, message: string) => `${server}: ${message}`,
}
