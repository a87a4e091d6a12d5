import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Sees to it that `child` gets `signal` when this process ends in whatever way, SIGKILL included. A signal handler or
 * an exit hook cannot do that; a shell whose input closes with us can.
 *
 * @param account who sends the signal: needs to be the child's own account when that is not ours
 * @returns to be called, and awaited, when the child has ended: removes the guard
 */
export function endWithUs(child: ChildProcess, signal: 'INT' | 'TERM', account: { uid?: number; gid?: number } = {}) {
  if (process.platform === 'win32') return async () => {} // see ownTree
  const guard = spawn('sh', ['-c', `read -r _; kill -${signal} "$1"`, 'sh', String(child.pid)], {
    ...account,
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
