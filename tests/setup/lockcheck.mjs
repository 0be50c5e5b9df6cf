// Every optional dependency that a locked package names must stand in the lock, too. Where the registry lacks the build
// for one platform, `npm install` drops it without a word, and `npm ci` then refuses the lock everywhere.
import fs from 'node:fs';

const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));

/** Node looks for a dependency in the node_modules of the package, then of every package around it. */
function isLocked(dependent, name) {
  const folders = dependent.split(/\/?node_modules\//).filter(Boolean);
  for (let depth = folders.length; depth >= 0; depth--) {
    const key = [...folders.slice(0, depth), name].map((part) => `node_modules/${part}`).join('/');
    if (packages[key]) return true;
  }
  return false;
}

const missing = Object.entries(packages).flatMap(([dependent, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !isLocked(dependent, name))
    .map((name) => `  ${name} (wanted by ${dependent || 'the project'})`),
);
console.log(missing.length ? `package-lock.json lacks:\n${missing.join('\n')}` : 'package-lock.json is complete');
process.exitCode = missing.length ? 1 : 0;
