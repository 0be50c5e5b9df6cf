/*
 * How the pages' files are sent: from memory, compressed once, with the digest of their content as their tag. A page may
 * ask for nothing that its routes do not name.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A file as it is sent. */
export interface Asset {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Null: compressing it would save nothing worth the name. */
  readonly gzip: Buffer | null;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
};

/** Less than what fits into one packet is sent as it is. */
const gzipFrom = 1_200;

/** The first characters of the digest: enough to tell one content from every other. */
export const digestOf = (body: Buffer | string): string =>
  createHash('sha256').update(body).digest('base64url').slice(0, 22);

/** `extension` tells the type: `.js`. */
export function makeAsset(body: Buffer, extension: string): Asset {
  const gzip = body.length < gzipFrom ? null : gzipSync(body, { level: 9 });
  return { body, type: types[extension] ?? 'application/octet-stream', etag: `"${digestOf(body)}"`, gzip };
}

/** The project's root, from the sources and from what is compiled alike: the folder that holds this file or folder. */
export function rootWith(part: string): string {
  for (let at = path.dirname(fileURLToPath(import.meta.url)); ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, part))) return at;
    if (at === path.dirname(at)) throw new Error(`a page’s files are missing: ${part}`);
  }
}

/** How long a browser may keep a file: what is asked for under a name of its content, for ever. */
export type Keep = 'no-cache' | 'public, max-age=86400' | 'public, max-age=31536000, immutable';

export function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset, keep: Keep): FastifyReply {
  reply.header('cache-control', keep).header('etag', asset.etag);
  if (asset.gzip) addVary(reply, 'accept-encoding');
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
  reply.type(asset.type);
  const { 'accept-encoding': accepted = '' } = request.headers;
  if (!asset.gzip || !/\bgzip\b/.test(String(accepted))) return reply.send(asset.body);
  return reply.header('content-encoding', 'gzip').send(asset.gzip);
}

/** A page under a policy that says what it may load and whom it may talk to. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, page: Asset, policy: string): FastifyReply {
  reply.header('content-security-policy', policy).header('referrer-policy', 'no-referrer');
  reply.header('x-frame-options', 'DENY').header('cross-origin-opener-policy', 'same-origin');
  return sendAsset(request, reply, page, 'no-cache');
}

export function addVary(reply: FastifyReply, name: string): FastifyReply {
  const known = reply.getHeader('vary');
  return reply.header('vary', known ? `${known}, ${name}` : name);
}
