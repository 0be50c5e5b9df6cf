import { execFileSync } from 'node:child_process';

/** Memory that a process holds, in MB; null where the system does not tell. */
export function residentMb(pid: number): number | string {
  try {
    const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
    return Math.round(kilobytes / 1000);
  } catch {
    return 'unknown';
  }
}
