export interface Limits {
  readonly count: number
  readonly bytes: number
}

/** A map that forgets its oldest entries beyond a count or a size. Age is the order in which keys were first added. */
export class BoundedMap<V> {
  readonly #entries = new Map<string, { value: V; bytes: number }>()
  readonly #limits: Limits
  #bytes = 0
  #dropped = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get stats() {
    return { count: this.#entries.size, bytes: this.#bytes, dropped: this.#dropped, limits: this.#limits }
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.value
  }

  /** Oldest first. */
  values(): V[] {
    return Array.from(this.#entries.values(), ({ value }) => value)
  }

  /** Sets a value that grew by so many bytes. A key that is there keeps its age; delete it first to make it young. */
  grow(key: string, value: V, bytes: number): void {
    this.#entries.set(key, { value, bytes: bytes + (this.#entries.get(key)?.bytes ?? 0) })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.count && this.#bytes <= this.#limits.bytes) return
      this.delete(oldest)
      this.#dropped++
    }
  }

  delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }
}
