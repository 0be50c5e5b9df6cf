// What a command is, how its arguments are read, and its help.
import { parseArgs } from 'node:util';
import type { Terminal } from './terminal.js';

export interface Option {
  /** What stands for its value in the help; absent: a switch. */
  readonly value?: string;
  readonly about: string;
  /** May be given several times. */
  readonly several?: boolean;
}

export interface Command {
  /** `shop add` */
  readonly name: string;
  readonly about: string;
  /** Of the arguments, in the help: `<marketplace>`. */
  readonly args: string;
  /** How many arguments there may be. */
  readonly count: readonly [min: number, max: number];
  readonly options: Readonly<Record<string, Option>>;
  /** What else its help says. */
  readonly more?: string;
  /** Its arguments are read by another program. */
  readonly passesOn?: boolean;
  /** The exit code; 0 unless given. Throws a UsageError or a Failure. */
  readonly run: (asked: Asked, terminal: Terminal) => Promise<number | undefined>;
}

/** The arguments of a command that was given. */
export interface Asked {
  readonly args: readonly string[];
  text(name: string): string | null;
  texts(name: string): readonly string[];
  has(name: string): boolean;
}

/** Something that a person can read and act on: one line. */
export class Failure extends Error {}

/** The command was given in a wrong way. */
export class UsageError extends Failure {}

const help: Option = { about: 'says this' };

export function parse(command: Command, argv: readonly string[]): Asked {
  const own = command.name.split(' ').length;
  if (command.passesOn) return asked(argv.slice(argv.indexOf(command.name) + 1), {});
  const options = Object.fromEntries(
    Object.entries({ ...command.options, help }).map(([name, { value, several }]) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const), multiple: several ?? false },
    ]),
  );
  const { values, positionals } = parseStrictly(argv, options);
  const args = positionals.slice(own);
  const [min, max] = command.count;
  if (args.length < min) throw new UsageError(`It needs ${command.args}.`);
  if (args.length > max) throw new UsageError(`"${args[max]}" is one argument too many.`);
  return asked(args, values);
}

function parseStrictly(argv: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options']) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // Node goes on with advice for rare cases
    throw new UsageError(`${(error as Error).message.split('. ')[0]?.replace(/\.$/, '')}.`);
  }
}

function asked(args: readonly string[], values: Readonly<Record<string, unknown>>): Asked {
  return {
    args,
    text: (name) => (values[name] as string | undefined) ?? null,
    texts: (name) => (values[name] as string[] | undefined) ?? [],
    has: (name) => values[name] === true,
  };
}

const environment = `Environment:
  LADING_URL         where the server listens: http://localhost:4000 unless given
  LADING_ADMIN_KEY   its API key, where it has one
  NO_COLOR           no colours

Ends with 0 when done, 1 when it failed, 2 when it was asked for in a wrong way.`;

export function overview(commands: readonly Command[]): string {
  const lines = commands.map(({ name, args, about }) => [`${name} ${args}`.trim(), about] as const);
  return `lading <command> [options]\n\n${columns(lines)}\n\nEach has a --help of its own. --version tells which one this is.\n\n${environment}`;
}

export function helpOf({ name, args, about, options, more }: Command): string {
  const lines = Object.entries({ ...options, help }).map(
    ([option, { value, about: words, several }]) =>
      [`--${option}${value ? ` ${value}` : ''}${several ? ' …' : ''}`, words] as const,
  );
  const usage = ['lading', name, args, '[options]'].filter(Boolean).join(' ');
  return [`${usage}\n\n${about}`, columns(lines), more, environment].filter(Boolean).join('\n\n');
}

function columns(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([left]) => left.length)) + 2;
  return lines.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
}
