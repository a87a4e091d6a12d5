/**
 * Where the page sends its telemetry: its own origin, which passes it on. So the collector needs no public address, the
 * page's content security policy no exception, and no other site's page can send.
 */
export const COLLECTOR_PATH = '/api/faro'
