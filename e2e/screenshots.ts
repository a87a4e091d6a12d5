// `npm run screenshots`: the chat and the viewer, for docs/images.
// `npm run screenshots -- --all DIR`: every state of them in both themes and two widths, to look at.
// `npm run screenshots -- --grafana [DIR]`: Grafana of a running stack: every board, the alerts and a trace, in both themes.
await import(process.argv.includes('--grafana') ? './grafana-screenshots.ts' : './demo-screenshots.ts')
