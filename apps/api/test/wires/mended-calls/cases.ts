import { call, type WireCase, withCalls } from '../../wire-cases.ts'

export const cases: Readonly<Record<string, WireCase>> = {
  'calls-cumulative': withCalls(call),
  'calls-sent-again': withCalls(call),
  'calls-in-a-fence': withCalls(call),
  'calls-namespace': withCalls(call),
  'calls-channel-in-name': withCalls(call),
  'calls-python': withCalls(call),
  'calls-trailing-comma': withCalls(call),
  'calls-raw-newline': withCalls('calculator {"expression":"1+1\\n"}'),
  'calls-blank': withCalls('current_time {}'),
  'calls-brace-too-many': withCalls(call),
  'calls-arguments-list': withCalls(call),
}
