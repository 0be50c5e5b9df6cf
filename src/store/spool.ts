import fs from 'node:fs';
import path from 'node:path';

/*
 * Files in which an answer is written down while it arrives: what a call of `write` has returned from, no killed process takes
 * away. One file per answer, named after its row in the inbox, until it is there.
 */

/** An answer that is arriving. */
export interface SpoolFile {
  /** Returns when the bytes are with the operating system. */
  write(bytes: Uint8Array): void;
  /** It came to its end: returns when all of it is on the disk. */
  finish(): Buffer;
  /** It broke off: what came of it. */
  breakOff(): Buffer;
}

/** An answer that a process left behind. */
export interface SpooledAnswer {
  readonly id: string;
  readonly body: Buffer;
  readonly receivedAt: Date;
  readonly isWhole: boolean;
}

/** While it arrives. */
const unfinished = '.part';

export function beginSpool(dir: string, id: string): SpoolFile {
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, id);
  // buyers' addresses stand in it
  const fd = fs.openSync(file + unfinished, 'wx+', 0o600);
  let size = 0;
  const close = (): Buffer => {
    // by its number: the name may be gone, where somebody took this process for dead
    const body = Buffer.alloc(size);
    for (let at = 0; at < size; ) at += fs.readSync(fd, body, at, size - at, at);
    fs.closeSync(fd);
    return body;
  };
  return {
    write(bytes) {
      for (let at = 0; at < bytes.byteLength; ) at += fs.writeSync(fd, bytes, at, bytes.byteLength - at, size + at);
      size += bytes.byteLength;
    },
    finish() {
      fs.fsyncSync(fd);
      if (fs.existsSync(file + unfinished)) fs.renameSync(file + unfinished, file);
      syncFolder(dir);
      return close();
    },
    breakOff: close,
  };
}

/** The answers in the folder, one after the other; of whichever database and process. */
export function* spooled(dir: string): Generator<SpooledAnswer> {
  if (!fs.existsSync(dir)) return;
  for (const name of fs.readdirSync(dir).sort()) {
    const id = /^([0-9a-f-]{36})(\.part)?$/.exec(name)?.[1];
    if (id === undefined) continue;
    const found = read(path.join(dir, name));
    if (found) yield { id, isWhole: !name.endsWith(unfinished), ...found };
  }
}

/** Its answer is in the inbox, or nothing came. */
export function dropSpool(dir: string, id: string): void {
  for (const end of ['', unfinished]) fs.rmSync(path.join(dir, id + end), { force: true });
}

/** Null: it was there a moment ago, and another process has taken care of it. */
function read(file: string): { body: Buffer; receivedAt: Date } | null {
  try {
    return { body: fs.readFileSync(file), receivedAt: fs.statSync(file).mtime };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** So that a new name survives a loss of power. Not every system lets a folder be opened. */
function syncFolder(dir: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(dir, 'r');
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}
