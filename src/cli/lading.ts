#!/usr/bin/env node
// `lading`: what people do from a terminal or a script. It speaks the public API of a running server and nothing else.
import fs from 'node:fs';
import { type Command, Failure, helpOf, overview, parse, UsageError } from './command.js';
import { explain, isRefusal } from './connection.js';
import { exportRows } from './export.js';
import { proveInvariants } from './invariants.js';
import { listRejects, retryRejects } from './rejects.js';
import { addShop, listShops } from './shop.js';
import { syncShops } from './sync.js';
import { terminal } from './terminal.js';

const commands: readonly Command[] = [
  listShops,
  addShop,
  syncShops,
  exportRows,
  listRejects,
  retryRejects,
  proveInvariants,
];

function versionOf(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}

/** 0: done. 1: it failed. 2: it was asked for in a wrong way. */
async function main(argv: readonly string[]): Promise<number> {
  const { out, err } = terminal;
  const words = argv.filter((word) => !word.startsWith('-'));
  const command = commands.find(({ name }) => name.split(' ').every((word, at) => words[at] === word));
  if (argv[0] === '--version') {
    out.write(`${versionOf()}\n`);
    return 0;
  }
  const wantsHelp = argv.includes('--help') || argv.includes('-h');
  if (!command) {
    const [first, second] = words;
    const family = commands.filter(({ name }) => name.split(' ')[0] === first);
    const shown = family.length ? family : commands;
    const isUnfinished = argv.length === 0 || (family.length > 0 && !second);
    if (wantsHelp || isUnfinished || (first === 'help' && !second)) {
      out.write(`${overview(shown)}\n`);
      return isUnfinished && !wantsHelp ? 2 : 0;
    }
    const wrong = words.length
      ? `There is no command "${words.slice(0, 2).join(' ')}".`
      : `There is no option "${argv[0]}".`;
    err.write(`${wrong} See: lading ${family.length ? `${first} ` : ''}--help\n`);
    return 2;
  }
  if (wantsHelp && !command.passesOn) {
    out.write(`${helpOf(command)}\n`);
    return 0;
  }
  try {
    return (await command.run(parse(command, argv), terminal)) ?? 0;
  } catch (error) {
    const isWrong = error instanceof UsageError || isRefusal(error);
    const words = error instanceof Failure ? error.message : explain(terminal, error);
    err.write(`${words}${isWrong ? ` See: lading ${command.name} --help` : ''}\n`);
    return isWrong ? 2 : 1;
  }
}

/** Resolves when everything that was written has been taken: a pipe that is full takes the rest later. */
const taken = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => void stream.write('', () => resolve()));

// whoever reads us may stop reading: there is nobody left to tell
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(1);
    throw error;
  });
}
process.exitCode = await main(process.argv.slice(2));
await Promise.all([taken(process.stdout), taken(process.stderr)]);
// connections that are kept alive must not hold the process
process.exit();
