import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/*
 * A worker's name says where its process lives, so that another process of the same place can tell that it is dead and
 * need not wait for its lease to run out: `machine/pid/random`.
 */

/** A number of the place in which process ids are unique: a container has its own, a reboot changes it. */
function machine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
    const ids = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
    return `${hostname()}-${boot}-${ids}`;
  } catch {
    return hostname();
  }
}

/** A name for this process, or for one of several engines in it. */
export function workerName(): string {
  return `${machine()}/${process.pid}/${randomBytes(4).toString('hex')}`;
}

/** True only when it is certain that the process of that name has ended. */
export function isDead(worker: string, self: string): boolean {
  const [place, pid] = worker.split('/');
  if (worker === self || place !== self.split('/')[0] || !pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
