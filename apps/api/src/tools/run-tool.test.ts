import type { FastifyBaseLogger } from 'fastify'
import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { Tool } from '../extension-points/tools.ts'
import { runTool } from './run-tool.ts'
import { defineTool, ToolError } from './tool.ts'

const log = { error: vi.fn() } as unknown as FastifyBaseLogger
const call = (input: unknown) => ({ id: 'call-1', name: 'probe', input })
const run = (more = {}) => ({ conversationId: 'c', signal: new AbortController().signal, log, ...more })
const probe = (result: (signal: AbortSignal) => unknown): Tool =>
  defineTool({
    name: 'probe',
    title: 'Probe',
    description: '',
    input: z.object({ n: z.number() }),
    run: (_, signal) => result(signal),
  })

it('gives the output and how long it took', async () => {
  const result = await runTool(
    probe(() => ({ ok: true })),
    call({ n: 1 }),
    run(),
  )
  expect(result).toEqual({ output: { ok: true }, durationMs: expect.any(Number) })
})

it.each([
  ['no JSON', '{"n": 1'],
  ['no object', [1]],
  ['what the schema refuses', { n: 'one' }],
])('input that is %s is told to the model, and the tool does not run', async (_, input) => {
  const ran = vi.fn()
  const { errorText } = await runTool(probe(ran), call(input), run())
  expect(errorText).toMatch(/not a JSON object|expected number/)
  expect(ran).not.toHaveBeenCalled()
})

it('a tool that does not exist is told to the model', async () => {
  expect((await runTool(undefined, call({}), run())).errorText).toBe('There is no tool "probe".')
})

it('an error made for the model reaches it; another one is logged and hidden', async () => {
  const told = probe(() => Promise.reject(new ToolError('Out of paper.')))
  expect((await runTool(told, call({ n: 1 }), run())).errorText).toBe('Out of paper.')
  expect(log.error).not.toHaveBeenCalled()
  const hidden = probe(() => Promise.reject(new Error('password=hunter2')))
  expect((await runTool(hidden, call({ n: 1 }), run())).errorText).toBe('The tool failed.')
  expect(log.error).toHaveBeenCalledOnce()
  expect(JSON.stringify(vi.mocked(log.error).mock.calls)).toMatch(/run-tool.test/)
  expect(JSON.stringify(vi.mocked(log.error).mock.calls)).not.toMatch(/hunter2/)
})

it('a tool that ignores its signal ends with the timeout and with Stop', async () => {
  const deaf = probe(() => new Promise(() => {}))
  expect((await runTool(deaf, call({ n: 1 }), run({ timeoutMs: 20 }))).errorText).toMatch(/within 0.02 s/)
  const stop = new AbortController()
  const stopped = runTool(deaf, call({ n: 1 }), run({ signal: stop.signal }))
  stop.abort('stopped')
  expect((await stopped).errorText).toBe('stopped')
  expect((await runTool(deaf, call({ n: 1 }), run({ signal: stop.signal }))).errorText).toBe('stopped')
})

it('output is bounded, and storable as PostgreSQL has it', async () => {
  const long = await runTool(
    probe(() => 'x'.repeat(50_000)),
    call({ n: 1 }),
    run(),
  )
  expect(long.output).toMatch(/^x{40000}\n\[cut: 10000 more characters\]$/)
  const odd = await runTool(
    probe(() => ({ 'a\0': ['\ud83d\0'], nothing: undefined })),
    call({ n: 1 }),
    run(),
  )
  expect(odd.output).toEqual({ a: ['\ufffd'] })
  expect(
    (
      await runTool(
        probe(() => undefined),
        call({ n: 1 }),
        run(),
      )
    ).output,
  ).toBeNull()
})
