import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Sees to it that `child` gets SIGTERM when this process ends in whatever way, SIGKILL included. A signal handler or an
 * exit hook cannot do that; a shell whose input closes with us can. On Windows Node itself does (see ownTree).
 *
 * @returns to be called, and awaited, when the child has ended: removes the guard
 */
export function endWithUs(child: ChildProcess): () => Promise<void> {
  if (process.platform === 'win32') return async () => {}
  const guard = spawn('sh', ['-c', 'read -r _; kill -TERM "$1"', 'sh', String(child.pid)], {
    cwd: '/',
    detached: true, // Ctrl-C must not end the guard
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => {}) // no shell, no guard
  const ended = once(guard, 'close').catch(() => {})
  return async () => {
    if (guard.kill('SIGKILL')) await ended
  }
}
