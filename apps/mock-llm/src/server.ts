import { startMock } from './mock.ts'

/** Ends the process with one sentence instead of a stack trace. */
function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

function number(name: string, fallback: number, shape: string, example: string, valid: (value: number) => boolean) {
  const text = process.env[name]
  if (!text) return fallback
  const value = Number(text)
  return valid(value) ? value : refuse(`${name} must be ${shape}, for example ${example}; it is "${text}".`)
}

const host = process.env.HOST || '127.0.0.1'
const port = number(
  'PORT',
  4010,
  'a port number from 0 to 65535',
  '4010',
  (value) => Number.isInteger(value) && value >= 0 && value <= 65535,
)
const pace = number('MOCK_PACE', 1, 'a factor on every delay, 0 or more', '0.5', (value) => value >= 0 && value < 100)

// Nothing here is worth finishing: a mock's answer that is cut is what a real provider's crash looks like.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))

try {
  const { url } = await startMock({ host, port, pace })
  console.log(`Mock model ready: OPENAI_BASE_URL=${url}`)
} catch (error) {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') refuse(`Port ${port} on ${host} is in use. Set PORT to a free one.`)
  refuse(`The mock model cannot listen on ${host}:${port}: ${(error as Error).message}`)
}
