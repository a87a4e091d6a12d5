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

/** Keeps a scroller at its end while it grows, but only if the reader has not scrolled away from it. */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>): StickToEnd {
  const [atEnd, setAtEnd] = useState(true)
  const stuck = useRef(true)

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    let lastTop = element.scrollTop
    const distance = () => element.scrollHeight - element.clientHeight - element.scrollTop

    const onScroll = () => {
      // Only moving up lets go; content that grows below the view does not.
      if (distance() < TOLERANCE_PX) stuck.current = true
      else if (element.scrollTop < lastTop) stuck.current = false
      lastTop = element.scrollTop
      setAtEnd(distance() < TOLERANCE_PX)
    }
    const follow = () => {
      if (stuck.current) element.scrollTop = element.scrollHeight
      setAtEnd(distance() < TOLERANCE_PX)
    }

    const sizes = new ResizeObserver(follow)
    const watchChildren = () => {
      sizes.disconnect()
      sizes.observe(element)
      for (const child of element.children) sizes.observe(child)
    }
    watchChildren()
    const children = new MutationObserver(watchChildren)
    children.observe(element, { childList: true })
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      sizes.disconnect()
      children.disconnect()
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
