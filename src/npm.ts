import fs from 'node:fs';

const pollMs = 500;

/**
 * Calls back when the npm that started us is gone: without it nobody could stop us. npm runs scripts through a shell,
 * which ends without passing a signal on, or (npm was killed with -9) does not even notice. `script` is what npm says it runs; nothing: it was not npm.
 */
export function whenNpmIsGone(script: string | undefined, onGone: () => void): void {
  if (!script) return;
  const above = process.ppid;
  // where the shell stays between npm and us, npm is one further up
  const npm = commandOf(above).includes(script) ? parentOf(above) : null;
  const timer = setInterval(() => {
    if (process.ppid === above && (npm === null || parentOf(above) === npm)) return;
    clearInterval(timer);
    onGone();
  }, pollMs).unref();
}

/** The command line of a process; empty where the system does not tell, as all but Linux. */
function commandOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ');
}

/** The parent of a process; null where the system does not tell. */
function parentOf(pid: number): number | null {
  const stat = read(pid, 'stat');
  // "pid (name) state ppid …", and a name may hold spaces and brackets
  return stat ? Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) : null;
}

function read(pid: number, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
