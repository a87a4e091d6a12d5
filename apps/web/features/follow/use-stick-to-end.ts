'use client'

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Closer to the end than this counts as being there. */
const TOLERANCE_PX = 48

interface StickToEnd {
  atEnd: boolean
  /** Goes to the end and stays there. */
  toEnd: () => void
  /** Stays here, whatever comes below. */
  letGo: () => void
}

/**
 * Keeps a scroller at its end while it grows, but only if the reader has not scrolled away from it.
 *
 * @param scroller has one child, which holds all that is scrolled
 */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>): StickToEnd {
  const [atEnd, setAtEnd] = useState(true)
  const stuck = useRef(true)

  useEffect(() => {
    const element = scroller.current
    if (!element?.firstElementChild) return
    let lastTop = element.scrollTop
    const isNear = () => element.scrollHeight - element.clientHeight - element.scrollTop < TOLERANCE_PX

    const onScroll = () => {
      // Only moving up lets go; content that grows below the view does not.
      if (isNear()) stuck.current = true
      else if (element.scrollTop < lastTop) stuck.current = false
      lastTop = element.scrollTop
      setAtEnd(isNear())
    }
    const sizes = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = element.scrollHeight
      setAtEnd(isNear())
    })
    sizes.observe(element)
    sizes.observe(element.firstElementChild)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [scroller])

  const toEnd = useCallback(() => {
    stuck.current = true
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight })
  }, [scroller])

  const letGo = useCallback(() => {
    stuck.current = false
  }, [])

  return { atEnd, toEnd, letGo }
}
