export { default, metadata } from '../../features/usage/page.tsx'
