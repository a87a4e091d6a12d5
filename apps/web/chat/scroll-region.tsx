import type { ComponentProps } from 'react'

/** What scrolls by itself has a name and can be reached by keyboard; Safari does not see to that. */
export function ScrollRegion({ className = '', ...props }: ComponentProps<'section'> & { 'aria-label': string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  return <section className={`overflow-auto ${className}`} tabIndex={0} {...props} />
}
