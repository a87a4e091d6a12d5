'use client'

import { type ComponentProps, type ComponentType, createContext, type ReactNode, use } from 'react'
import type { Connection } from './chat/turn/session.ts'
import type { Feature } from './feature.ts'

export const FeaturesContext = createContext<Feature[]>([])

type PlaceName = Exclude<keyof Feature, 'onPageError' | keyof Connection>
type PropsOf<Name extends PlaceName> = ComponentProps<NonNullable<Feature[Name]>>
// biome-ignore lint/suspicious/noExplicitAny: which props a place has is checked where it is rendered
type AnyComponent = ComponentType<any>

/** The components that stand in a place. */
export function usePlace(name: PlaceName): AnyComponent[] {
  return use(FeaturesContext).flatMap((feature) => (feature[name] as AnyComponent | undefined) ?? [])
}

/** What features put into a place: one after the other, or, given children, around them. */
export function Slot<Name extends PlaceName>({ name, ...props }: { name: Name } & PropsOf<Name>): ReactNode {
  const components = usePlace(name)
  if (!('children' in props)) return components.map((Part, index) => <Part key={index} {...props} />)
  return components.reduceRight((inner, Frame) => <Frame {...props}>{inner}</Frame>, props.children as ReactNode)
}
