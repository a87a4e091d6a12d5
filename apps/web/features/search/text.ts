export const text = {
  search: 'Search conversations',
  found: (count: number, more: boolean, query: string) =>
    count === 0 ? `Nothing found for “${query}”.` : `${more ? 'More than ' : ''}${count} found`,
  failed: 'The conversations could not be searched. Try again.',
}
