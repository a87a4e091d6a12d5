import { type ComponentType, Suspense, useEffect, useState } from 'react'

/**
 * A part that is loaded once the page works, if it is `lazy`. Not on the server: its page would load the scripts with it, and
 * have a button that does nothing until they are there.
 */
export function afterwards<Props extends object>(Part: ComponentType<Props>): ComponentType<Props> {
  return function Afterwards(props: Props) {
    const [mounted, setMounted] = useState(false)
    useEffect(() => setMounted(true), [])
    return (
      mounted && (
        <Suspense>
          <Part {...props} />
        </Suspense>
      )
    )
  }
}
