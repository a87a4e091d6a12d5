import { choosePorts } from './ports.ts'
import { startTestStack } from './test-stack.ts'

/** Starts the stack that all tests share; returns what ends it. */
export default async function setup(): Promise<() => Promise<void>> {
  const stack = await startTestStack('shared', await choosePorts())
  return stack.remove
}
