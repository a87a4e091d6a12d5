// Where browsers have no locks (be-visitor.ts): what all tabs that ask at the same time are answered. A file as it is,
// because the bundler does not know shared workers.
let introducing

async function isKnown() {
  const response = await fetch('/api/visitor', { method: 'POST' }).catch(() => null)
  return response?.ok ? (await response.json()).known : true
}

async function introduce() {
  return (await isKnown()) || (await isKnown())
}

addEventListener('connect', ({ ports: [port] }) => {
  introducing ??= introduce().finally(() => {
    introducing = undefined
  })
  introducing.then((kept) => port.postMessage(kept))
})
