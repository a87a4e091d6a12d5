# One image a service, from one file: docker build --target api . (or web, mock-llm, traffic, doctor).
#
# Services run their TypeScript sources directly. Node strips types only outside of node_modules, so an image keeps the
# layout of the workspace, with pnpm's links, instead of a flat copy of one package.
ARG NODE_IMAGE=node:24.21.0-trixie-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1

# Readable by the user that services run as, also where a umask of 077 made them nobody else's.
FROM base AS sources
COPY . .
RUN chmod -R a+rX .

# The manifests alone: the layers that install depend on them and not on the sources.
FROM sources AS manifests
RUN find . -type f ! -name package.json ! -name 'pnpm-*.yaml' -delete && find . -type d -empty -delete

FROM base AS pnpm
# The very version that package.json names.
COPY --from=sources /app/package.json .
RUN npm install --global --no-fund --no-audit "$(node -p "require('./package.json').packageManager")"
ENV pnpm_config_store_dir=/pnpm/store pnpm_config_cache_dir=/pnpm/cache CI=true
COPY --from=manifests /app .
# Without what no process reads: types and source maps are half of it.
RUN cat > /usr/local/bin/install-for-production <<'EOF' && chmod 755 /usr/local/bin/install-for-production
#!/bin/sh -e
pnpm install --prod --frozen-lockfile "$@"
find . -path '*/node_modules/*' -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
EOF

FROM pnpm AS api-modules
RUN --mount=type=cache,id=pnpm,target=/pnpm,sharing=locked install-for-production --filter-prod '@repo/api...' --filter @repo/telemetry-mcp

FROM pnpm AS mock-llm-modules
RUN --mount=type=cache,id=pnpm,target=/pnpm,sharing=locked install-for-production --filter-prod '@repo/mock-llm...'

FROM pnpm AS traffic-modules
RUN --mount=type=cache,id=pnpm,target=/pnpm,sharing=locked install-for-production --filter-prod '@repo/traffic...'

FROM pnpm AS doctor-modules
RUN --mount=type=cache,id=pnpm,target=/pnpm,sharing=locked install-for-production --filter @repo/doctor

FROM pnpm AS web-build
RUN --mount=type=cache,id=pnpm,target=/pnpm,sharing=locked pnpm install --frozen-lockfile --filter '@repo/web...'
COPY --from=sources /app .
RUN --mount=type=cache,target=/app/apps/web/.next/cache NEXT_OUTPUT=standalone pnpm --filter @repo/web build

FROM base AS service
# In a container, loopback is the container's own.
ENV NODE_ENV=production HOST=0.0.0.0
# A volume mounted here belongs to the user that the service runs as.
RUN install -d -o node -g node /var/lib/chat /var/cache/chat
USER node

FROM service AS api
COPY --from=api-modules /app .
COPY --from=sources /app/packages packages
COPY --from=sources /app/apps/api apps/api
COPY --from=sources /app/apps/telemetry-mcp apps/telemetry-mcp
WORKDIR /app/apps/api
# What Node has compiled once, so that no start does it again.
ENV NODE_COMPILE_CACHE=/var/cache/chat
RUN node --import @repo/telemetry/register --input-type=module -e "await import('./src/app.ts'); process.exit()"
EXPOSE 8000
CMD ["node", "--import", "@repo/telemetry/register", "src/server.ts"]

FROM service AS front
COPY --from=sources /app/front/front.ts .
EXPOSE 3000 8000
CMD ["node", "front.ts", "web:3000", "api:8000"]

FROM service AS mock-llm
COPY --from=mock-llm-modules /app .
COPY --from=sources /app/apps/mock-llm apps/mock-llm
WORKDIR /app/apps/mock-llm
EXPOSE 4010
CMD ["node", "src/server.ts"]

FROM service AS traffic
COPY --from=traffic-modules /app .
COPY --from=sources /app/packages packages
COPY --from=sources /app/apps/traffic apps/traffic
WORKDIR /app/apps/traffic
CMD ["node", "src/main.ts", "light"]

# The boards and data sources that it checks are mounted at /app/grafana.
FROM service AS doctor
COPY --from=doctor-modules /app .
COPY --from=sources /app/packages packages
COPY --from=sources /app/apps/doctor apps/doctor
WORKDIR /app/apps/doctor
CMD ["node", "src/main.ts", "--target=stack"]

FROM service AS web
COPY --from=web-build /app/apps/web/.next/standalone .
COPY --from=web-build /app/apps/web/.next/static apps/web/.next/static
COPY --from=sources /app/apps/web/public apps/web/public
WORKDIR /app/apps/web
ENV HOSTNAME=0.0.0.0 PORT=3000
EXPOSE 3000
CMD ["node", "server.js"]
