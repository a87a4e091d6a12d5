/** Stands in for `@ai-sdk/gateway` in the browser: 25 kB of a provider that only a server would call. */
export class GatewayError extends Error {}
export class GatewayAuthenticationError extends GatewayError {}
export const gateway = undefined
export const createGateway = () => undefined
