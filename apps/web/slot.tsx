'use client'

import type { ComponentProps, ComponentType, ReactNode } from 'react'
import type { Feature } from './feature.ts'
import * as features from './features.ts'

type PlaceName = Exclude<keyof Feature, 'onPageError'>
type PropsOf<Name extends PlaceName> = ComponentProps<NonNullable<Feature[Name]>>
// biome-ignore lint/suspicious/noExplicitAny: which props a place has is checked where it is rendered
type AnyComponent = ComponentType<any>

const all: Feature[] = Object.values(features)

/** The components that stand in a place. */
export function inPlace(name: PlaceName): AnyComponent[] {
  return all.flatMap((feature) => (feature[name] as AnyComponent | undefined) ?? [])
}

/** What features put into a place: one after the other, or, given children, around them. */
export function Slot<Name extends PlaceName>({ name, ...props }: { name: Name } & PropsOf<Name>): ReactNode {
  const components = inPlace(name)
  if (!('children' in props)) return components.map((Part, index) => <Part key={index} {...props} />)
  return components.reduceRight((inner, Frame) => <Frame {...props}>{inner}</Frame>, props.children as ReactNode)
}

export function reportPageError(error: Error): void {
  for (const { onPageError } of all) onPageError?.(error)
}
