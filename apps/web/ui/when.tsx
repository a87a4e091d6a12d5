import { type ComponentType, type ReactNode, Suspense, useEffect, useState } from 'react'

/**
 * A part that is there only under a condition, and if it is `lazy` is loaded only then.
 * @param useCondition a hook, or any function of the part's props
 */
export function when<Props extends object>(
  useCondition: (props: Props) => boolean,
  Part: ComponentType<Props>,
): (props: Props) => ReactNode {
  return function When(props: Props) {
    return (
      useCondition(props) && (
        <Suspense>
          <Part {...props} />
        </Suspense>
      )
    )
  }
}

/**
 * False on the server, whose page would otherwise load the scripts of a lazy part with it, and have a button that does nothing
 * until they are there.
 */
export function useMounted(): boolean {
  const [mounted, setMounted] = useState(false)
  useEffect(() => setMounted(true), [])
  return mounted
}
