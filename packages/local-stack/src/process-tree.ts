import { type ChildProcess, spawnSync } from 'node:child_process'

/**
 * How to start what `killTree` ends: a process group of its own, which Ctrl-C does not reach. On Windows children end
 * with us as they are (Node puts those that are not detached into a job), and with a console of its own each would not.
 */
export const ownTree = { detached: process.platform !== 'win32', windowsHide: true }

/** A process and all below it. On Windows, which has no signals, it ends at once whatever the signal. */
export function killTree({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (!pid) return
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' })
  else
    try {
      process.kill(-pid, signal)
    } catch {} // gone already
}

export function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
