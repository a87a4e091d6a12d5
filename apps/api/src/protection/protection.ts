import { fromElsewhere, isFromElsewhere } from '@repo/contract/same-origin'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../plugins/problems.ts'
import { refuseDefaults } from './defaults.ts'
import { limitSlowness } from './slowness.ts'

/** What holds for every request, whatever it asks for. */
export async function protection(app: FastifyInstance): Promise<void> {
  refuseDefaults(process.env)
  limitSlowness(app.server)
  const { PUBLIC_URL: publicUrl } = process.env
  // Around who asks, which every route asks first: a login may have taken that place meanwhile.
  app.addHook('onReady', async () => {
    const { of, refusals } = app.visitors
    app.visitors = {
      of(request) {
        if (isFromElsewhere(request.method, request.headers, publicUrl)) {
          const { status, name, detail } = fromElsewhere
          throw new ProblemError(status, name, detail)
        }
        return of(request)
      },
      refusals: (url, method) => [...refusals(url, method), ...(method === 'GET' ? [] : [fromElsewhere.status])],
    }
  })
}
