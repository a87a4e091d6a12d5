import { describe, expect, it } from 'vitest'
import { help, parseOptions } from './options.ts'

describe('options', () => {
  it('nothing given is light, against the web origin, without end', () => {
    expect(parseOptions([], {})).toMatchObject({ profile: 'light', url: 'http://127.0.0.1:3000', turns: Infinity })
  })

  it('a flag wins over its variable, and that over the profile', () => {
    const environment = { TRAFFIC_RATE: '3', TRAFFIC_TURNS: '7', TRAFFIC_SEED: '', API_URL: 'http://127.0.0.1:8000' }
    const args = ['--', 'heavy', '--rate', '2.5', '--mix', 'stop=5, fault=10']
    expect(parseOptions(args, environment)).toMatchObject({
      profile: 'heavy',
      rate: 2.5,
      turns: 7,
      visitors: 500,
      mix: { stop: 5, fault: 10 },
      url: 'http://127.0.0.1:8000',
    })
    expect(parseOptions([], { ...environment, TRAFFIC_URL: 'http://web' })).toMatchObject({ url: 'http://web' })
  })

  it('a duration in place of a number of turns lifts the profile’s own', () => {
    expect(parseOptions(['burst', '--duration', '300'], {})).toMatchObject({ duration: 300, turns: Infinity })
    expect(parseOptions(['burst', '--duration', '90', '--turns', '3'], {})).toMatchObject({ duration: 90, turns: 3 })
  })

  it.each([
    [['storm'], 'The profile must be one of light, heavy, burst; it is "storm".'],
    [['--rate', 'fast'], '--rate must be turns per second on average, from 0.001 to 500, e.g. 2.5; it is "fast".'],
    [['--turns', ''], '--turns must be how many turns, from 1 to 1000000000, e.g. 200; it is "".'],
    [['--duration', '0'], '--duration must be for how many seconds turns arrive, e.g. 90; it is "0".'],
    [['--mix', 'stop=60,fault=60'], /^--mix must be percentages of .*it is "stop=60,fault=60"\.$/],
    [
      ['--mix', 'nap=1'],
      /^--mix must be percentages of stop, disconnect, regenerate, hiccup, fault, tool, approval, rate/,
    ],
    [['--url', 'chat:3000'], /^--url must be the http\(s\) address/],
    [['--pace', '1'], "Unknown option '--pace'. See --help."],
  ])('%j is a sentence', (args, sentence) => {
    expect(() => parseOptions(args, {})).toThrow(sentence)
  })

  it('a malformed variable is named as the variable', () => {
    expect(() => parseOptions([], { TRAFFIC_MAX_IN_FLIGHT: '0' })).toThrow(/^TRAFFIC_MAX_IN_FLIGHT must be .*it is "0"/)
  })

  it('help names every option', () => {
    expect(parseOptions(['--help'], {})).toBeNull()
    for (const name of [
      'url',
      'turns',
      'rate',
      'duration',
      'visitors',
      'seed',
      'mix',
      'models',
      'max-in-flight',
      'wait',
    ])
      expect(help).toContain(`--${name} `)
  })
})
