import type { DataSource } from 'typeorm';
import { ConfigError } from '../errors.js';
import type { Logger } from '../log.js';
import { patiently } from './pool.js';

const oldestVersion = 150_000;

/** Connects, waiting for a server that is not there yet; what stays wrong is told in one line. */
export async function connect(
  url: string,
  open: () => Promise<DataSource>,
  patienceMs: number,
  log: Logger | undefined,
): Promise<DataSource> {
  const onWait = (error: Error) =>
    log?.warn(`waiting for the PostgreSQL at ${placeOf(url)}: ${reasonOf(error)}`, { seconds: patienceMs / 1000 });
  const source = await patiently(open, patienceMs, onWait).catch((error) => {
    throw unusable(url, error);
  });
  const [{ server_version_num: version }] = await source.query('show server_version_num');
  if (Number(version) >= oldestVersion) return source;
  await source.destroy();
  throw unusable(url, new Error(`it is version ${Math.trunc(version / 10_000)}, and 15 is the oldest that will do`));
}

/** Did the server understand, and refuse for want of rights? */
export function isRefusal(error: unknown): boolean {
  const insufficientPrivilege = '42501';
  return (error as { code?: string }).code === insufficientPrivilege;
}

export function unusable(url: string, error: Error): ConfigError {
  return new ConfigError(`The PostgreSQL at ${placeOf(url)} cannot be used: ${reasonOf(error)}`, { cause: error });
}

/** Where a database is, without the user and the password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 5432}${pathname}`;
}

/** A name with several addresses fails with an error for each, and no message of its own. */
function reasonOf(error: Error): string {
  return (
    error.message || (error instanceof AggregateError ? error.errors.map(({ message }) => message).join('; ') : '')
  );
}
