import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/*
 * The page at /graphql: GraphiQL with example queries, served whole from this folder. It works without internet, and its
 * policy lets it talk to this server only.
 */

interface Asset {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

const assets: Readonly<Record<string, string>> = {
  'explorer.js': 'explorer.js',
  'explorer.css': 'explorer.css',
  'examples.js': 'examples.js',
  'graphiql.min.js': 'vendor/graphiql.min.js',
  'graphiql.min.css': 'vendor/graphiql.min.css',
  'react.production.min.js': 'vendor/react.production.min.js',
  'react-dom.production.min.js': 'vendor/react-dom.production.min.js',
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  // GraphiQL's editor and its dialogs write style elements
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** This folder in the sources: the compiler copies no pages. */
function sourceFolder(): string {
  for (let at = path.dirname(fileURLToPath(import.meta.url)); ; at = path.dirname(at)) {
    const folder = path.join(at, 'src', 'explorer');
    if (fs.existsSync(path.join(folder, 'page.html'))) return folder;
    if (at === path.dirname(at)) throw new Error('the explorer’s files are missing: src/explorer');
  }
}

const loaded = new Map<string, Asset>();

/** Read once; 1.7 MB in all. */
function load(file: string): Asset {
  let asset = loaded.get(file);
  if (!asset) {
    const body = fs.readFileSync(path.join(sourceFolder(), file));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    asset = { body, type: types[path.extname(file)] ?? 'application/octet-stream', etag };
    loaded.set(file, asset);
  }
  return asset;
}

/** Is this a browser that opens the address, rather than a client that sends a query? */
export function isPageRequest(request: FastifyRequest): boolean {
  const { accept = '' } = request.headers;
  return request.method === 'GET' && accept.includes('text/html') && !accept.includes('json');
}

export function sendExplorer(reply: FastifyReply): FastifyReply {
  reply.header('content-security-policy', policy).header('referrer-policy', 'no-referrer');
  reply.header('x-frame-options', 'DENY').header('cross-origin-opener-policy', 'same-origin');
  // the same address answers queries
  return send(reply.header('vary', 'accept').header('cache-control', 'no-cache'), load('page.html'));
}

export function explorerRoutes(app: FastifyInstance): void {
  for (const [name, file] of Object.entries(assets)) {
    app.get(`/explorer/${name}`, (request, reply) => {
      const asset = load(file);
      const keep = file.startsWith('vendor/') ? 'public, max-age=86400' : 'no-cache';
      reply.header('cache-control', keep);
      if (request.headers['if-none-match'] === asset.etag) return reply.header('etag', asset.etag).code(304).send();
      return send(reply, asset);
    });
  }
  // asked for by every browser; the answer spares a line in its console
  app.get('/favicon.ico', (_, reply) => reply.code(204).header('cache-control', 'public, max-age=86400').send());
}

function send(reply: FastifyReply, asset: Asset): FastifyReply {
  return reply.type(asset.type).header('etag', asset.etag).send(asset.body);
}
