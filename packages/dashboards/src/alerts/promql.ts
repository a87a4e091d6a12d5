/** Alerts are per environment, because one Mimir may well hold several. */
export const environment = 'deployment_environment_name'

/** Sum of how fast counters grew, a second. */
export function rate(counter: string, window: string, by: readonly string[] = []): string {
  return `sum by (${[environment, ...by].join(', ')}) (rate(${counter}[${window}]))`
}

/** Sum of how much counters grew in the window. */
export function increase(counter: string, window: string, by: readonly string[] = []): string {
  return `sum by (${[environment, ...by].join(', ')}) (increase(${counter}[${window}]))`
}

/** A share that is absent, and not NaN, where there is nothing to have a share of. */
export function ratio(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`
}

/**
 * What a counter gained, also when its series only began with the first event, as those of Alloy and the stores do for
 * what goes wrong: `increase` would see nothing in a series that starts at 5.
 */
export function gained(counter: string, window: string): string {
  return `(${counter} unless ${counter} offset ${window}) or increase(${counter}[${window}])`
}
