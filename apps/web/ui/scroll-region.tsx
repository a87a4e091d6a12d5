import type { ComponentProps } from 'react'

type Props = ComponentProps<'section'> & { 'aria-label': string; landmark?: boolean }

/**
 * What scrolls by itself has a name and can be reached by keyboard; Safari does not see to that. Positioned, so that what
 * is unseen in it does not make the page longer.
 *
 * @param landmark true for a part of the page, false for a piece of an answer
 */
export function ScrollRegion({ className = '', landmark = false, ...props }: Props) {
  const Element = landmark ? 'section' : 'figure'
  return <Element className={`relative overflow-auto ${className}`} tabIndex={0} {...props} />
}
