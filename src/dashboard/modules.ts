/*
 * The page's modules: the compiled files that its entry reaches by imports, and nothing else. Browsers load them one by
 * one, without a bundler: an import map says where the packages are.
 */
import fs from 'node:fs';
import path from 'node:path';

/** Where a package's module for browsers lies, and a line that makes a module of what is a script. */
interface Package {
  readonly file: string;
  readonly append?: string;
}

const packages: Readonly<Record<string, Package>> = {
  preact: { file: 'preact/dist/preact.module.js' },
  'preact/hooks': { file: 'preact/hooks/dist/hooks.module.js' },
  'preact/jsx-runtime': { file: 'preact/jsx-runtime/dist/jsxRuntime.module.js' },
  // its module is not minified, which is twice as much to load
  uplot: { file: 'uplot/dist/uPlot.iife.min.js', append: 'export default uPlot;\n' },
  // what the client needs of them
  ky: { file: 'ky/distribution/index.js' },
  graphql: { file: 'graphql/language/printer.mjs' },
  'graphql-sse': { file: 'graphql-sse/lib/client.mjs' },
};

export interface Modules {
  /** Path below the page's own address → content. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Package → path, as an import map has it. */
  readonly imports: Readonly<Record<string, string>>;
}

/** Follows the imports of `entry`, a path below `dist`. */
export function collectModules(root: string, entry: string): Modules {
  const files = new Map<string, Buffer>();
  const imports: Record<string, string> = {};
  const wanted = [entry];
  for (let at = wanted.pop(); at !== undefined; at = wanted.pop()) {
    if (files.has(at)) continue;
    const source = read(root, at);
    files.set(at, Buffer.from(source));
    for (const name of importsOf(source)) {
      if (!name.startsWith('.')) imports[name] = packagePath(name, at);
      wanted.push(imports[name] ?? path.posix.join(path.posix.dirname(at), name));
    }
  }
  return { files, imports };
}

function packagePath(name: string, importer: string): string {
  const found = packages[name];
  if (!found) throw new Error(`${importer} imports the package ${name}, which the dashboard does not serve`);
  return `node_modules/${found.file}`;
}

function read(root: string, at: string): string {
  const isOurs = !at.startsWith('node_modules/');
  const file = path.join(root, isOurs ? 'dist' : '', at);
  if (!fs.existsSync(file)) throw new Error(`the dashboard is not compiled: ${file} is missing, run \`npm run build\``);
  // what it refers to is not served
  const source = fs.readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/gm, '');
  const extra = Object.values(packages).find((one) => at === `node_modules/${one.file}`)?.append ?? '';
  return source + extra;
}

/** `import x from 'y'`, `import 'y'`, `export * from 'y'`, minified or not. Comments may hold examples. */
function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:^|[;}\s])(?:import|export)\b\s*(?:[\w$*{][^'"`;()=]*?\bfrom\s*)?(['"])([^'"]+)\1/g);
  return [...found].map((match) => match[2] as string);
}
