# Two stages: compile with everything, run with what production needs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/src/explorer ./src/explorer
COPY --from=build /app/src/dashboard ./src/dashboard
COPY --from=build /app/src/http/receiver.mjs ./src/http/receiver.mjs
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 4000
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
