import fs from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Asset, addVary, makeAsset, rootWith, sendAsset, sendPage } from '../server/assets.js';

/*
 * The pages at /graphql, GraphiQL with example queries, and at /docs, Swagger UI over /openapi.json. They are served whole
 * from this folder, work without internet, and their policy lets them talk to this server only.
 */

const assets: Readonly<Record<string, string>> = {
  'explorer.js': 'explorer.js',
  'explorer.css': 'explorer.css',
  'examples.js': 'examples.js',
  'graphiql.min.js': 'vendor/graphiql.min.js',
  'graphiql.min.css': 'vendor/graphiql.min.css',
  'react.production.min.js': 'vendor/react.production.min.js',
  'react-dom.production.min.js': 'vendor/react-dom.production.min.js',
  'docs.js': 'docs.js',
  'docs.css': 'docs.css',
  'swagger-ui-bundle.js': 'vendor/swagger-ui-bundle.js',
  'swagger-ui.css': 'vendor/swagger-ui.css',
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // GraphiQL's editor and its dialogs, and Swagger UI, write style elements
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const loaded = new Map<string, Asset>();

/** Read once from this folder in the sources, as the compiler copies no pages; 3.6 MB in all. */
function load(file: string): Asset {
  let asset = loaded.get(file);
  if (!asset) {
    const at = path.join('src', 'explorer', file);
    asset = makeAsset(fs.readFileSync(path.join(rootWith(at), at)), path.extname(file));
    loaded.set(file, asset);
  }
  return asset;
}

/** Is this a browser that opens the address, rather than a client that sends a query? */
export function isPageRequest(request: FastifyRequest): boolean {
  const { accept = '' } = request.headers;
  return request.method === 'GET' && accept.includes('text/html') && !accept.includes('json');
}

export function sendExplorer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // the same address answers queries
  return sendPage(request, addVary(reply, 'accept'), load('page.html'), policy);
}

export function explorerRoutes(app: FastifyInstance): void {
  for (const [name, file] of Object.entries(assets)) {
    const keep = file.startsWith('vendor/') ? 'public, max-age=86400' : 'no-cache';
    app.get(`/explorer/${name}`, (request, reply) => sendAsset(request, reply, load(file), keep));
  }
  app.get('/docs', (request, reply) => sendPage(request, reply, load('docs.html'), policy));
  // asked for by every browser; the answer spares a line in its console
  app.get('/favicon.ico', (_, reply) => reply.code(204).header('cache-control', 'public, max-age=86400').send());
}
