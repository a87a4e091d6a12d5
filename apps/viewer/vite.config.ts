import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Nothing inlined: the content security policy allows this origin's files only.
export default defineConfig({ plugins: [react()], build: { assetsInlineLimit: 0 } })
