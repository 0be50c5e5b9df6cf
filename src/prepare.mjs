// Runs before `npm start` and `npm test`, in plain JavaScript because nothing may be installed yet: installs when the
// lockfile changed, compiles when a source changed, and costs a few milliseconds when neither did.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);
const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '');

function run(what, command, args) {
  const started = Date.now();
  process.stderr.write(`${what} … `);
  const shell = process.platform === 'win32';
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', shell });
  if (status !== 0) {
    process.stderr.write(`failed\n${stdout ?? ''}${stderr ?? ''}\n`);
    process.exit(status ?? 1);
  }
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** Names, sizes and times of what is compiled: cheap, and different whenever an editor or git wrote a file. */
function sourceState() {
  const hash = createHash('sha256');
  const walk = (file) => {
    const state = fs.statSync(file);
    if (!state.isDirectory()) {
      if (/\.(tsx?|json)$/.test(file)) hash.update(`${file} ${state.size} ${state.mtimeMs}\n`);
      return;
    }
    for (const name of fs.readdirSync(file).sort()) walk(path.join(file, name));
  };
  const configurations = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.page.json'];
  for (const name of ['src', 'migrations', 'tests/bench', 'codegen.ts', ...configurations]) walk(at(name));
  return hash.digest('hex');
}

const supported = JSON.parse(read(at('package.json'))).engines.node;
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Lading needs Node.js ${supported}; this is ${process.version}.\n`);
  process.exit(1);
}

const lock = createHash('sha256')
  .update(read(at('package-lock.json')))
  .digest('hex');
const lockMark = at('node_modules', '.lading-lock');
if (read(lockMark) !== lock) {
  // npm_execpath is the npm that runs this script: the same one installs
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  if (npm) run('Installing dependencies', process.execPath, [npm, ...args]);
  else run('Installing dependencies', 'npm', args);
  fs.writeFileSync(lockMark, lock);
}

const sources = sourceState();
const sourceMark = at('dist', '.sources');
if (read(sourceMark) !== sources) {
  const tsc = at('node_modules', 'typescript', 'bin', 'tsc');
  run('Compiling', process.execPath, [tsc, '-p', 'tsconfig.build.json']);
  // the dashboard's page runs in browsers: it has types of its own
  run('Compiling the dashboard', process.execPath, [tsc, '-p', 'tsconfig.page.json']);
  fs.writeFileSync(sourceMark, sources);
}
