// Two copies of an OpenTelemetry package do not know of each other: spans and metrics vanish without any message.
// So the lockfile may hold one version of each package that keeps state or is compared by identity.
const single = /^ {2}'(@opentelemetry\/(?:api|api-logs|core|instrumentation|resources|sdk-[a-z-]+))@([^'(]+)'?:/gm

/** One sentence for each OpenTelemetry package of which the lockfile's text has more than one version. */
export function duplicateVersions(lockfile: string): string[] {
  const packages = lockfile.slice(lockfile.indexOf('\npackages:'), lockfile.indexOf('\nsnapshots:'))
  const versions = Map.groupBy(packages.matchAll(single), (match) => match[1])
  if (!versions.has('@opentelemetry/api'))
    return ['pnpm-lock.yaml names no @opentelemetry/api: has its format changed?']
  return [...versions]
    .filter(([, found]) => found.length > 1)
    .map(([name, found]) => `${name} is there ${found.length} times: ${found.map((match) => match[2]).join(' and ')}.`)
}
