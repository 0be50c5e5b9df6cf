// What a benchmark leaves behind is taken away when it ends, and also when somebody interrupts it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Embedded, startEmbedded } from '../../src/store/embedded.js';

type Undo = () => unknown;

const undos: Undo[] = [];

/** Done when the benchmark is over, however it ends; what was added last comes first. */
export function atEnd(undo: Undo): void {
  undos.push(undo);
}

export async function tidy(): Promise<void> {
  for (let undo = undos.pop(); undo; undo = undos.pop()) {
    try {
      await undo();
    } catch (error) {
      console.error(`could not tidy up: ${(error as Error).message}`);
    }
  }
}

export function temporaryFolder(name: string): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `lading-bench-${name}-`));
  atEnd(() => {
    // where the embedded server had to move to, because the account that it runs under cannot reach the folder
    const moved = path.join(dir, 'moved-to');
    const outside = fs.existsSync(moved) ? [fs.readFileSync(moved, 'utf8').trim()] : [];
    for (const folder of [...outside, dir]) fs.rmSync(folder, { recursive: true, force: true });
  });
  return dir;
}

/** A PostgreSQL of the benchmark's own. */
export async function temporaryServer(name: string, options: { readonly durable?: boolean } = {}): Promise<Embedded> {
  const starting = startEmbedded({ dir: temporaryFolder(name), ...options });
  // also when the interruption comes while it starts
  atEnd(async () => (await starting).stop());
  return await starting;
}
