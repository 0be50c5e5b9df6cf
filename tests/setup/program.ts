// Programs that tests run in processes of their own. Each is compiled once per file of tests: done at every start, it takes longer
// than what the process is started for.
import path from 'node:path';
import { build } from 'vite';

/** All programs of a run of Vitest, whose process is `pid`; it removes them at its end. */
export const programsOf = (pid: number) => path.resolve(`node_modules/.programs-${pid}`);
/** As deep as `dist/src/http`, from where the compiled sources look for files beside them; and packages are found above it. */
const folder = path.join(programsOf(process.ppid), String(process.pid));
const compiled = new Map<string, Promise<string>>();

/** The JavaScript of a program in TypeScript, for `node`. */
export function programOf(source: string): Promise<string> {
  const known = compiled.get(source) ?? compile(source);
  compiled.set(source, known);
  return known;
}

async function compile(source: string): Promise<string> {
  await build({
    ...{ configFile: false, logLevel: 'error' },
    build: {
      ...{ ssr: path.resolve(source), outDir: folder, emptyOutDir: false },
      // is there where it is wanted only
      rolldownOptions: { external: ['ioredis'] },
    },
  });
  return path.join(folder, `${path.basename(source, '.ts')}.js`);
}
