import fs from 'node:fs';
import path from 'node:path';

/*
 * Files in which answers that come only once are written down while they arrive (`http/receiver.mjs` writes them). One per answer, named
 * after its row in the inbox, until it is there: `ID.part` while it arrives, `ID` once all of it is on the disk.
 */

/** An answer in a file. */
export interface SpooledAnswer {
  readonly id: string;
  readonly body: Buffer;
  readonly receivedAt: Date;
  readonly isWhole: boolean;
}

const unfinished = '.part';

/** Where the answer of this name is to be written. */
export function spoolFile(dir: string, id: string): string {
  // buyers' addresses stand in the files
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  return path.join(dir, id);
}

/** What came of this answer; null: nothing. */
export function spooledAnswer(dir: string, id: string): SpooledAnswer | null {
  return read(dir, id) ?? read(dir, id + unfinished);
}

/**
 * The answers in the folder, one after the other; of whichever database and process. Where none was written for so long, nothing more
 * will be; before that, one that is not whole still arrives.
 */
export function* spooled(dir: string, arrivesForMs: number): Generator<SpooledAnswer> {
  if (!fs.existsSync(dir)) return;
  for (const name of fs.readdirSync(dir).sort()) {
    const found = read(dir, name);
    if (found?.isWhole || (found && Date.now() - found.receivedAt.getTime() > arrivesForMs)) yield found;
  }
}

/** Its answer is in the inbox, or nothing came. */
export function dropSpool(dir: string, id: string): void {
  for (const end of ['', unfinished]) fs.rmSync(path.join(dir, id + end), { force: true });
}

/** Null where it is no such file, or has been taken care of meanwhile. */
function read(dir: string, name: string): SpooledAnswer | null {
  const id = /^([0-9a-f-]{36})(\.part)?$/.exec(name)?.[1];
  if (id === undefined) return null;
  try {
    const file = path.join(dir, name);
    const receivedAt = fs.statSync(file).mtime;
    return { id, body: fs.readFileSync(file), receivedAt, isWhole: !name.endsWith(unfinished) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
