/**
 * How wide text is that Grafana writes in 14 pixels of Inter Medium, its headlines of panels and columns: the font's own
 * advance widths, of 2048 units an em, and Grafana's letter spacing.
 */
const advance: Readonly<Record<number, string>> = {
  516: 'ijl',
  558: 'I ',
  623: '!,.:;',
  697: 't',
  755: "()[]/\\'|",
  777: 'f',
  792: 'r',
  850: '1',
  947: '-_',
  1103: 's*',
  1145: 'kxzL',
  1163: 'ac',
  1178: 'vyJ',
  1203: 'eF',
  1237: 'nouhE',
  1266: 'bdgpq725',
  1290: '3689',
  1327: 'RPBTSZ04$%',
  1367: 'AKVXY&+<=>~',
  1502: 'CDGHNOQU',
  1698: 'w',
  1819: 'mM@W',
}
const unitsOf = new Map(
  Object.entries(advance).flatMap(([units, chars]) => [...chars].map((one) => [one, Number(units)])),
)
const WIDEST = 2054

/** @returns pixels */
export function textWidth(text: string): number {
  return [...text].reduce((width, one) => width + ((unitsOf.get(one) ?? WIDEST) / 2048) * 14 + 0.15, 0)
}

/** Of the narrowest window that boards are made for, beside Grafana's menu: 1280 pixels, less menu, margins and scroll bar. */
const GRID = 1280 - 300 - 2 * 16 - 10
const GAP = 8

/**
 * @param columns of Grafana's 24
 * @returns pixels in that window
 */
export function panelWidth(columns: number): number {
  return ((GRID - 23 * GAP) / 24) * columns + (columns - 1) * GAP
}

/**
 * What a panel's headline has for its text, beside border, padding, the description's sign and the place of the menu; and
 * beside the red sign of a store that does not answer, when it is needed most.
 */
export const titleRoom = (columns: number) => panelWidth(columns) - 2 - 20 - 32 - 24 - 25 - 4 * 8

/** What the columns of a table share: its border, padding and scroll bar are not theirs. */
export const tableRoom = (columns: number) => panelWidth(columns) - 2 - 24 - 10

/**
 * How wide the columns of a table have to be for all of them to be in sight. Grafana gives each that says nothing an equal
 * share of the room, and the wide ones then push the last beyond the edge: where that would be so, each gets what it needs,
 * and the widest what is left.
 *
 * @param least pixels that each column needs
 * @returns a width for each, or 0 for a share of what is left
 */
export function columnWidths(least: readonly number[], room: number): number[] {
  const widest = Math.max(...least)
  if (widest <= room / least.length) return least.map(() => 0)
  const rest = least.indexOf(widest)
  return least.map((width, index) => (index === rest ? 0 : width))
}

/** The least that a column needs to show its headline: padding on both sides, and the arrow of the sorted one. */
export const columnWidth = (title: string) => Math.ceil(textWidth(title) + 12 + 20)
