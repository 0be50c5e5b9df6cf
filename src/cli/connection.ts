import { type Client, createClient, LadingError } from '../sdk/index.js';
import { Failure, UsageError } from './command.js';
import type { Terminal } from './terminal.js';

const defaultUrl = 'http://localhost:4000';

/** The address of the explorer is taken too. */
const urlOf = (on: Terminal) => (on.env('LADING_URL') ?? defaultUrl).replace(/\/graphql\/?$/, '');

/** A client of the server that the environment names. */
export function connect(on: Terminal): Client {
  const url = urlOf(on);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`LADING_URL must be a URL that begins with http:// or https://, not "${url}".`);
  }
  return createClient({ url, apiKey: on.env('LADING_ADMIN_KEY') ?? undefined });
}

/** Codes of the server for what no other try will change. */
const wrongInput = new Set(['BAD_USER_INPUT', 'INVALID_ID', 'INVALID_RANGE', 'GRAPHQL_VALIDATION_FAILED']);

/** Did the server refuse what it was asked for? */
export function isRefusal(error: unknown): boolean {
  return error instanceof LadingError && wrongInput.has(error.code ?? '');
}

/** The variable is ours, its members are what was given: `where.orders.countries[0]: Not a country …` */
const placeOf = (message: string) =>
  message.replace(/^Variable "\$input" got an invalid value at "input\.([^"]+)": /, '$1: ');

/** One line of what went wrong and what to do. */
export function explain(on: Terminal, error: unknown): string {
  const url = urlOf(on);
  if (error instanceof LadingError) {
    if (error.code === 'UNAUTHENTICATED')
      return `The server at ${url} wants an API key: set LADING_ADMIN_KEY to its own.`;
    return error.errors.map(({ message }) => placeOf(message)).join(' ');
  }
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `The server at ${url} did not answer in time.`;
  if (name === 'SyntaxError') return `What answers at ${url} is not a Lading server: check LADING_URL.`;
  if (message === 'fetch failed' || message === 'terminated') {
    const why = cause?.code ?? cause?.message ?? message;
    return message === 'terminated'
      ? `The connection to ${url} broke off (${why}).`
      : `No server answers at ${url} (${why}): start one with "npm start", or set LADING_URL.`;
  }
  return message;
}

interface Refused {
  readonly code: string;
  readonly message: string;
}

const wrongWords = new Set(['INVALID', 'BLANK', 'TOO_LONG']);

/** Throws what a mutation was refused for. */
export function mustBeEmpty(userErrors: readonly Refused[]): void {
  const [first] = userErrors;
  if (!first) return;
  const message = userErrors.map((one) => one.message).join(' ');
  throw wrongWords.has(first.code) ? new UsageError(message) : new Failure(message);
}
