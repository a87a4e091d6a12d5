export const text = { markdown: 'Export as Markdown', json: 'Export as JSON' }
