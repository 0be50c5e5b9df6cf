import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Asset, digestOf, makeAsset, rootWith, sendAsset, sendPage } from '../server/assets.js';
import { collectModules } from './modules.js';

/*
 * The page at /: what sells, what is to be packed, how the syncs are. It holds no data: its modules ask the API, with the
 * key where there is one. They lie under an address of their content, so that a browser asks for each of them once.
 */

const page = 'src/dashboard/page.html';
const entry = 'src/dashboard/page/main.js';
/** One file in the order of these: what comes later overrules what came before. */
const styles = [
  'node_modules/uplot/dist/uPlot.min.css',
  ...['base', 'controls', 'frame', 'panels', 'parts', 'screens'].map((name) => `src/dashboard/styles/${name}.css`),
];

/** Before anything is painted, so that a chosen theme does not flash. */
const themeScript = `document.documentElement.dataset.theme=localStorage.getItem('lading.theme')??'auto'`;

interface Dashboard {
  readonly page: Asset;
  readonly policy: string;
  /** By the path of the address. */
  readonly files: ReadonlyMap<string, Asset>;
}

function buildDashboard(): Dashboard {
  const root = rootWith(page);
  const { files, imports } = collectModules(root, entry);
  const css = Buffer.concat(styles.map((file) => fs.readFileSync(path.join(root, file))));
  const all = new Map([...files, ['dashboard.css', css]]);
  const base = `/dashboard/${digestOf(Buffer.concat([...all].flatMap(([name, body]) => [Buffer.from(name), body])))}/`;
  const importMap = JSON.stringify({
    imports: Object.fromEntries(Object.entries(imports).map(([name, at]) => [name, base + at])),
  });
  const head = [
    `<link rel="stylesheet" href="${base}dashboard.css" />`,
    `<script>${themeScript}</script>`,
    `<script type="importmap">${importMap}</script>`,
    // all at once: otherwise each would be asked for when the one that imports it has come
    ...[...files.keys()].map((at) => `<link rel="modulepreload" href="${base}${at}" />`),
    `<script type="module" src="${base}${entry}"></script>`,
  ].join('\n    ');
  const html = fs.readFileSync(path.join(root, page), 'utf8').replace('<!-- head -->', () => head);
  return {
    page: makeAsset(Buffer.from(html), '.html'),
    policy: policyOf([themeScript, importMap]),
    files: new Map([...all].map(([name, body]) => [base + name, makeAsset(body, path.extname(name))])),
  };
}

/** Own files, two inline scripts by their digests, requests to this server: nothing else. */
function policyOf(inline: readonly string[]): string {
  const digests = inline.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src 'self' ${digests.join(' ')}`,
    "style-src 'self'",
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function dashboardRoutes(app: FastifyInstance): void {
  let built: Dashboard | undefined;
  // built when first asked for: a start waits for no page
  const dashboard = () => {
    built ??= buildDashboard();
    return built;
  };
  app.get('/', (request, reply) => sendPage(request, reply, dashboard().page, dashboard().policy));
  app.get('/dashboard/*', (request, reply) => {
    const asset = dashboard().files.get(request.url);
    if (!asset) return reply.callNotFound();
    return sendAsset(request, reply, asset, 'public, max-age=31536000, immutable');
  });
}
