import { context } from '@opentelemetry/api'
import { getRPCMetadata, RPCType } from '@opentelemetry/core'

/** Gives the SERVER span of the request under way its name, `POST /api/chat`, and its metrics their `http.route`. */
export function nameRoute(route: string | undefined): void {
  const metadata = getRPCMetadata(context.active())
  if (metadata?.type === RPCType.HTTP && route) metadata.route = route
}
