import { useEffect, useRef, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { clock } from './format.ts'

export type Line = readonly [label: string, colorToken: string, values: readonly (number | null)[]]

interface Props {
  readonly title: string
  readonly note: string
  readonly timesMs: readonly number[]
  readonly lines: readonly Line[]
  /** Bars upon each other instead of lines. */
  readonly stacked: boolean
  readonly format: (value: number | null) => string
}

const height = 176
const dark = matchMedia('(prefers-color-scheme: dark)')
const onTheme = (listener: () => void) => {
  dark.addEventListener('change', listener)
  return () => dark.removeEventListener('change', listener)
}

export function Chart({ title, note, timesMs, lines, stacked, format }: Props) {
  const theme = useSyncExternalStore(onTheme, () => dark.matches)
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const values = useRef(lines)
  values.current = lines
  // Bars are drawn as the sum with all after them, so that each hides the foot of the one before.
  const total = (from: number, i: number) => lines.slice(from).reduce((sum, [, , column]) => sum + (column[i] ?? 0), 0)
  const columns = lines.map(([, , column], n) => (stacked ? column.map((_, i) => total(n, i)) : column))
  const data = [timesMs.map((ms) => ms / 1000), ...columns] as uPlot.AlignedData

  // Built once per theme; what is drawn follows below.
  useEffect(() => {
    const element = box.current as HTMLDivElement
    const style = getComputedStyle(element)
    const token = (name: string) => style.getPropertyValue(`--${name}`)
    const axis: uPlot.Axis = { stroke: token('muted'), font: `12px ${style.fontFamily}`, ticks: { show: false } }
    // The outer bars are whole.
    const halfStep = (min: number, max: number) => (max - min) / (2 * timesMs.length)
    const grid = { stroke: token('line'), width: 1 }
    const bars = stacked && { width: 0, paths: uPlot.paths.bars?.({ size: [0.8, 24] }) as uPlot.Series.PathBuilder }
    const series = values.current.map(
      ([label, color], n): uPlot.Series => ({
        label,
        stroke: token(color),
        width: 2,
        points: { show: !stacked, size: 6, fill: token(color) },
        value: (_, __, ___, i) => (i === null ? '' : format(values.current[n]?.[2][i] ?? null)),
        ...(bars && { ...bars, fill: token(color) }),
      }),
    )
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [8, 8, 0, 0],
        cursor: { sync: { key: 'board' }, drag: { x: false, y: false }, points: { show: !stacked } },
        legend: { markers: { width: 0, fill: (_, n) => token(values.current[n - 1]?.[1] ?? '') } },
        scales: {
          x: { range: (_, min, max) => [min - halfStep(min, max), max + halfStep(min, max)] },
          y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
        },
        axes: [
          {
            ...axis,
            size: 32,
            incrs: [60, 120, 300, 600, 900], // seconds; labels are minutes
            grid: { show: false },
            values: (_, ticks) => ticks.map((tick) => clock(tick * 1000).slice(0, 5)),
          },
          { ...axis, size: 64, grid, values: (_, ticks) => ticks.map(format) },
        ],
        series: [{ label: 'Time', value: (_, second) => (second ? clock(second * 1000).slice(0, 8) : '') }, ...series],
      },
      data,
      element,
    )
    plot.current = chart
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      chart.destroy()
    }
  }, [theme])
  useEffect(() => plot.current?.setData(data))

  return (
    <figure className="card">
      <figcaption>
        <h2>{title}</h2> {note}
      </figcaption>
      <div ref={box} />
    </figure>
  )
}
