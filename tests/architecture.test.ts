// The house rules, as a short program: who may import whom, where SQL and the environment are read, which names are no names.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const walk = (folder: string): string[] =>
  fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? walk(at) : [at];
  });

const sources = walk('src').filter(
  (file) => /\.(tsx?|mjs)$/.test(file) && !file.includes('/generated/') && !file.includes('/vendor/'),
);
const text = new Map(sources.map((file) => [file, fs.readFileSync(file, 'utf8')]));

/** `src/sync/pull.ts` → `sync`; `src/main.ts` → `main.ts`; a connector's files are told apart by what they are. */
function room(file: string): string {
  const [, first = '', second = '', third = ''] = file.split('/');
  if (first === 'dashboard' && second === 'page') return 'page';
  if (first !== 'marketplaces') return first;
  if (!third) return 'registry';
  return third.startsWith('sandbox') ? 'emulator' : 'connector';
}

const imports = (file: string): string[] =>
  [...(text.get(file) ?? '').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] as string);

const ours = (file: string): string[] =>
  imports(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.posix.join(path.posix.dirname(file), name).replace(/\.js$/, '.ts'))
    .map((name) => (text.has(name) ? name : name.replace(/\.ts$/, '.tsx')));

/** room → rooms that it may import (itself always). */
const floors: Record<string, readonly string[]> = {
  commerce: [],
  'errors.ts': ['commerce'],
  'log.ts': [],
  'config.ts': ['errors.ts'],
  store: ['commerce', 'errors.ts', 'log.ts'],
  http: ['commerce', 'errors.ts', 'log.ts'],
  graph: ['store', 'commerce', 'errors.ts', 'log.ts'],
  sync: ['store', 'http', 'commerce', 'errors.ts', 'log.ts'],
  alerts: ['store', 'http', 'commerce', 'errors.ts', 'log.ts'],
  carts: ['store', 'log.ts'],
  inventory: ['store', 'http', 'commerce', 'errors.ts', 'log.ts'],
  connector: ['http', 'commerce', 'errors.ts', 'graph'],
  emulator: ['sandbox', 'commerce', 'connector'],
  sandbox: ['commerce'],
  server: ['graph', 'store', 'commerce', 'errors.ts', 'log.ts'],
  rest: ['server', 'graph', 'store', 'commerce', 'errors.ts', 'log.ts'],
  invariants: ['sandbox', 'sync', 'store', 'commerce', 'errors.ts', 'log.ts'],
  sdk: [],
  explorer: ['server'],
  dashboard: ['server'],
  page: ['sdk'],
  cli: ['sdk'],
};
/** The composition root's files, which may import everything below them. */
const roots = new Set([
  'main.ts',
  'failed-start.ts',
  'invariants.ts',
  'npm.ts',
  'server.ts',
  'server',
  'demo.ts',
  'places.ts',
  'sync-thread',
  'welcome.ts',
  'prepare.mjs',
  'registry',
]);
/** Programs of their own within a room. */
const programs = new Set(['src/sandbox/run.ts', 'src/invariants/engine-process.ts']);

describe('the house rules', () => {
  it('every room imports only the floors below it', () => {
    const wrong = sources.flatMap((file) => {
      const from = room(file);
      if (roots.has(from) || programs.has(file)) return [];
      const allowed = floors[from];
      if (!allowed) return [`${file}: the room "${from}" has no floor`];
      return ours(file)
        .filter((to) => !to.startsWith('migrations/') && room(to) !== from && !allowed.includes(room(to)))
        .map((to) => `${file} imports ${to}`);
    });
    expect(wrong).toEqual([]);
  });

  it('marketplaces never import each other, and connectors see no more of the graph than its noun classes', () => {
    const wrong = sources.flatMap((file) => {
      const own = /^src\/marketplaces\/([^/]+)\//.exec(file)?.[1];
      if (!own) return [];
      return ours(file)
        .filter((to) => {
          const other = /^src\/marketplaces\/([^/]+)\//.exec(to)?.[1];
          if (other) return other !== own;
          return to.startsWith('src/graph/') && !file.endsWith('/graph.ts');
        })
        .map((to) => `${file} imports ${to}`);
    });
    expect(wrong).toEqual([]);
  });

  it('only composition roots read the registry and the configuration', () => {
    const readers = (of: string) => sources.filter((file) => ours(file).includes(of));
    expect(readers('src/marketplaces/index.ts').sort()).toEqual([
      'src/invariants.ts',
      'src/invariants/engine-process.ts',
      'src/main.ts',
      'src/sync-thread/run.ts',
    ]);
    // the type of the configuration may be named elsewhere; who calls readConfig is told here
    expect(sources.filter((file) => /\breadConfig\b/.test(text.get(file) ?? '')).sort()).toEqual([
      'src/config.ts',
      'src/main.ts',
    ]);
  });

  it('commerce is pure: no package, no I/O', () => {
    const wrong = sources
      .filter((file) => room(file) === 'commerce')
      .flatMap((file) =>
        imports(file)
          .filter((name) => !name.startsWith('.'))
          .map((name) => `${file} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('the page in the browser takes the packages that are served to it, and no other', () => {
    const served = ['preact', 'preact/hooks', 'uplot'];
    const wrong = sources
      .filter((file) => room(file) === 'page')
      // `from` is also a word of the page's own
      .flatMap((file) => imports(file).filter((name) => /^[@\w][\w/-]*$/.test(name) && !served.includes(name)));
    expect(wrong).toEqual([]);
  });

  it('the environment is read in config.ts only', () => {
    const readers = sources.filter((file) => /process\.env\b/.test(text.get(file) ?? ''));
    const allowed = [
      'src/config.ts',
      'src/prepare.mjs',
      'src/store/embedded.ts',
      'src/main.ts',
      // of another program: the command line's own
      'src/cli/terminal.ts',
    ];
    expect(readers.filter((file) => !allowed.includes(file) && !file.startsWith('src/store/embedded/'))).toEqual([]);
  });

  it('SQL lives in the store only', () => {
    const sql = /\b(select\s+[\w*(][^`'"]*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)/i;
    const wrong = sources.filter(
      (file) => room(file) !== 'store' && sql.test((text.get(file) ?? '').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
    );
    expect(wrong).toEqual([]);
  });

  it('no dumping grounds', () => {
    expect(
      [...sources, ...walk('tests')].filter((file) =>
        /(^|\/)(utils?|helpers?|common|services?|misc|lib)(\/|\.\w+$)/.test(file),
      ),
    ).toEqual([]);
  });
});
