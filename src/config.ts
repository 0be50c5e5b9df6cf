import { isIP } from 'node:net';
import path from 'node:path';
import { ConfigError } from './errors.js';

/** A setting that an operator may make in the environment. The README's table lists exactly these. */
interface Setting<T> {
  readonly name: string;
  /** What is used when the variable is absent or empty, as text; null: there is no value. */
  readonly default: string | null;
  readonly meaning: string;
  /** Reads the text; throws an Error whose message completes the sentence "NAME must be …". */
  readonly read: (text: string) => T;
  /** Its value is never shown. */
  readonly secret?: boolean;
}

const must = (be: string): never => {
  throw new Error(be);
};

const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  return Number.isInteger(value) && value >= min && value <= max && text.trim() !== ''
    ? value
    : must(`a whole number from ${min} to ${max}`);
};
const positiveNumber = (max: number) => (text: string) => {
  const value = Number(text);
  return value > 0 && value <= max ? value : must(`a number above 0, up to ${max}`);
};
const oneOf =
  <const T extends string>(...values: readonly T[]) =>
  (text: string): T =>
    values.find((value) => value === text) ?? must(`one of: ${values.join(', ')}`);
const onOff = (text: string) => oneOf('on', 'off')(text.toLowerCase()) === 'on';

const url =
  (...protocols: readonly string[]) =>
  (text: string) => {
    const good = URL.canParse(text) && protocols.includes(new URL(text).protocol);
    return good ? text : must(`a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`);
  };
/** `https://host[:port][/path]` without a trailing slash, query or credentials. */
const origin = (text: string) => {
  const value = new URL(url('http:', 'https:')(text));
  if (value.username || value.search || value.hash) must('a plain URL without credentials, query or fragment');
  return value.href.replace(/\/+$/, '');
};
const host = (text: string) =>
  isIP(text) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : must('a host name or an IP address');
/** Its path and query may be secrets: they are kept. */
const webhookUrl = (text: string) => {
  const value = new URL(url('http:', 'https:')(text));
  if (value.username || value.password || value.hash) must('a plain URL without credentials or fragment');
  return value.href;
};
/** As Standard Webhooks has it: 24 to 64 bytes as base64, `whsec_` before it or not. */
const webhookSecret = (text: string) => {
  const encoded = text.replace(/^whsec_/, '');
  const bytes = Buffer.from(encoded, 'base64');
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  return isBase64 && bytes.length >= 24 && bytes.length <= 64
    ? text
    : must('24 to 64 random bytes as base64: make it with `openssl rand -base64 32`');
};
const bearerToken = (text: string) =>
  /^[\x21-\x7e]+$/.test(text) ? text : must('a token of letters, digits and signs');
const longSecret = (min: number) => (text: string) =>
  text.length >= min ? text : must(`at least ${min} characters long`);

/** Keeps each setting's own type. */
const settings = {
  port: define('PORT', '4000', 'Port of the HTTP server; 0 takes a free one.', wholeNumber(0, 65_535)),
  host: define('HOST', '127.0.0.1', 'Address to listen on. Any other than loopback requires `LADING_ADMIN_KEY`.', host),
  dataDir: define(
    'DATA_DIR',
    '.data',
    'Folder of the embedded database, the generated secret key, and of answers that come only once while they arrive.',
    (text) => path.resolve(text),
  ),
  databaseUrl: define(
    'DATABASE_URL',
    null,
    'An outside PostgreSQL (15 or later) instead of the embedded one.',
    url('postgres:', 'postgresql:'),
    { secret: true },
  ),
  databasePort: define(
    'DATABASE_PORT',
    '0',
    'Port of the embedded PostgreSQL on 127.0.0.1, for BI tools; 0 takes a free one at every start.',
    wholeNumber(0, 65_535),
  ),
  databasePool: define('DATABASE_POOL', '10', 'Connections kept to the database.', wholeNumber(2, 100)),
  redisUrl: define(
    'REDIS_URL',
    null,
    'Redis for the job queue instead of PostgreSQL; needs `npm install ioredis`.',
    url('redis:', 'rediss:'),
    { secret: true },
  ),
  demo: define(
    'LADING_DEMO',
    'on',
    '`off` leaves the pretend marketplaces and the demo shop out. While on, new shops live in the pretend marketplaces, unless the marketplace’s API URL is set.',
    onOff,
  ),
  adminKey: define(
    'LADING_ADMIN_KEY',
    null,
    'API key that every GraphQL or REST request must carry (`Authorization: Bearer …` or `X-API-Key`); 16 characters or more.',
    longSecret(16),
    { secret: true },
  ),
  secretKey: define(
    'LADING_SECRET_KEY',
    null,
    'Key that seals the shops’ credentials: 32 bytes as base64 or hex. Several, comma-separated, while rotating: the first seals, the others still open. Unset: a key file in `DATA_DIR`.',
    (text) => text,
    { secret: true },
  ),
  sync: define(
    'LADING_SYNC',
    'on',
    '`off`: this process serves the API and leaves syncing and sending alerts to others.',
    onOff,
  ),
  workers: define('LADING_WORKERS', '32', 'Shops that this process works at the same time.', wholeNumber(1, 500)),
  rateScale: define(
    'LADING_RATE_SCALE',
    '1',
    'Multiplies the documented rate limits, for a sandbox that allows more.',
    positiveNumber(1000),
  ),
  ottoApiUrl: define('OTTO_API_URL', null, 'Replaces `https://api.otto.market`.', origin),
  bolApiUrl: define('BOL_API_URL', null, 'Replaces `https://api.bol.com`.', origin),
  bolLoginUrl: define('BOL_LOGIN_URL', null, 'Replaces `https://login.bol.com`, where bol gives out tokens.', origin),
  skubanaApiUrl: define('SKUBANA_API_URL', null, 'Replaces `https://api.skubana.com`.', origin),
  feedApiUrl: define(
    'FEED_API_URL',
    null,
    'Replaces `http://assessment.skubana.com`, the order feed that hands out each order once.',
    origin,
  ),
  catalogUrl: define(
    'CATALOG_URL',
    null,
    'The service that keeps products and stock instead of Lading: it answers `/products/{sku}` below this URL.',
    origin,
  ),
  catalogToken: define(
    'CATALOG_TOKEN',
    null,
    'Sent to `CATALOG_URL` with every request, as `Authorization: Bearer …`.',
    bearerToken,
    { secret: true },
  ),
  cartUrl: define(
    'CART_URL',
    null,
    'The service that keeps carts: it answers `/carts/{reference of the customer}` below this URL; needs `CATALOG_URL`.',
    origin,
  ),
  cartToken: define(
    'CART_TOKEN',
    null,
    'Sent to `CART_URL` with every request, as `Authorization: Bearer …`.',
    bearerToken,
    { secret: true },
  ),
  alertWebhookUrl: define(
    'ALERT_WEBHOOK_URL',
    null,
    'Where alerts are sent as they are raised and resolved; needs `ALERT_WEBHOOK_SECRET`.',
    webhookUrl,
    { secret: true },
  ),
  alertWebhookSecret: define(
    'ALERT_WEBHOOK_SECRET',
    null,
    'Signs what is sent to `ALERT_WEBHOOK_URL`: 24 to 64 random bytes as base64, `whsec_` before it or not.',
    webhookSecret,
    { secret: true },
  ),
  logLevel: define(
    'LADING_LOG_LEVEL',
    'info',
    '`error`, `warn`, `info` or `debug`.',
    oneOf('error', 'warn', 'info', 'debug'),
  ),
  logFormat: define(
    'LADING_LOG_FORMAT',
    'auto',
    '`pretty` lines, `json` lines, or `auto`: pretty on a terminal, JSON otherwise.',
    oneOf('auto', 'pretty', 'json'),
  ),
};

function define<T>(
  name: string,
  fallback: string,
  meaning: string,
  read: (text: string) => T,
  more?: { secret: boolean },
): Setting<T>;
function define<T>(
  name: string,
  fallback: null,
  meaning: string,
  read: (text: string) => T,
  more?: { secret: boolean },
): Setting<T | null>;
function define<T>(
  name: string,
  fallback: string | null,
  meaning: string,
  read: (text: string) => T,
  more: { secret?: boolean } = {},
): Setting<T | null> {
  return { name, default: fallback, meaning, read, ...more };
}

type Settings = typeof settings;
export type Config = { readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never };

/** The settings as rows of the README's table. */
export const settingRows: readonly Pick<Setting<unknown>, 'name' | 'default' | 'meaning'>[] = Object.values(settings);

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

export const isLoopback = (address: string): boolean => loopback.has(address) || /^127\.\d+\.\d+\.\d+$/.test(address);

/**
 * Reads the environment into one frozen value. Throws a ConfigError of one line that names the variable, what it must
 * be, and (unless it is secret) what it is.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const values = Object.entries(settings).map(([key, setting]) => {
    const text = environment[setting.name]?.trim() || setting.default;
    if (text === null) return [key, null];
    try {
      return [key, setting.read(text)];
    } catch (error) {
      const given = setting.secret ? '' : `, not "${text}"`;
      throw new ConfigError(`${setting.name} must be ${(error as Error).message}${given}`);
    }
  });
  const config = Object.freeze(Object.fromEntries(values)) as Config;
  if (!isLoopback(config.host) && config.adminKey === null) {
    throw new ConfigError(
      `HOST ${config.host} is reachable from other machines: set LADING_ADMIN_KEY, or leave HOST at 127.0.0.1`,
    );
  }
  if (config.cartUrl !== null && config.catalogUrl === null) {
    throw new ConfigError('CART_URL needs CATALOG_URL: what is in its carts is ordered from the catalog there');
  }
  if (config.alertWebhookUrl !== null && config.alertWebhookSecret === null) {
    throw new ConfigError(
      'ALERT_WEBHOOK_URL needs ALERT_WEBHOOK_SECRET, which signs what is sent: make one with `openssl rand -base64 32`',
    );
  }
  return config;
}
