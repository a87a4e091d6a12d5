const preload = `import dns from 'node:dns'
const { lookup } = dns
dns.lookup = (host, ...rest) => lookup(host === 'api.openai.com' ? '127.0.0.1' : host, ...rest)`

/** What makes an API take a provider of a test for OpenAI: its name leads to this machine. */
export function asOpenAi(url: string): Record<string, string> {
  return {
    OPENAI_BASE_URL: url.replace('127.0.0.1', 'api.openai.com'),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}`,
  }
}
