import { ConfigError } from './errors.js';
import { VaultError } from './store/vault.js';

/** Where the server was to listen. */
interface Listening {
  readonly host: string;
  readonly port: number;
}

/** What the operating system says of a folder that cannot hold our data. */
const folderTrouble = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EEXIST', 'ENOTDIR', 'ENAMETOOLONG']);

/** One line that says what to do, where we know; the whole error where we do not. */
export function explainFailedStart(error: unknown, wanted: Listening | null): string {
  const { code = '', message, stack, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof ConfigError) return message;
  if (error instanceof VaultError) return `${message}. Set LADING_SECRET_KEY to the key it was sealed with.`;
  if (syscall === 'listen' || syscall === 'getaddrinfo') return wanted ? explainListening(code, wanted) : message;
  if (folderTrouble.has(code)) return `${message}: choose another folder with DATA_DIR.`;
  return stack ?? message;
}

function explainListening(code: string, { host, port }: Listening): string {
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what listens there, or set PORT to another one.`;
  if (code === 'EACCES') return `Port ${port} is not open to this user: set PORT to another one, 1024 or above.`;
  return `HOST ${host} is no address of this machine (${code}): set it to one that is, or leave it out.`;
}
