// Every feature of the API. Without its line and its folder one is gone; scripts/features.ts has what else is its own.
export { mcp } from './mcp/mcp-servers.ts'
export { prices } from './prices/price.ts'
export { images } from './routes/attachments/attachments.ts'
export { exporting } from './routes/export/export-route.ts'
export { feedback } from './routes/feedback/feedback.ts'
export { restoring } from './routes/restore/restore.ts'
export { limitsAndUsage } from './routes/usage/usage.ts'
export { tools } from './tools/toolbox.ts'
