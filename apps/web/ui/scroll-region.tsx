import type { ComponentProps } from 'react'

type Props = ComponentProps<'section'> & { 'aria-label': string; landmark?: boolean }

/**
 * What scrolls by itself has a name and can be reached by keyboard; Safari does not see to that.
 *
 * @param landmark true for a part of the page, false for a piece of an answer
 */
export function ScrollRegion({ className = '', landmark = false, ...props }: Props) {
  const Element = landmark ? 'section' : 'figure'
  return <Element className={`overflow-auto ${className}`} tabIndex={0} {...props} />
}
