/** Says where a long work is: on a terminal on one line that changes, in a pipe as plain lines, not too many. */
export interface Progress {
  at(words: string): void;
  /** A line that stays. */
  say(line: string): void;
}

/** Between two plain lines. */
const linesEveryMs = 5_000;

export function showProgress(out: NodeJS.WriteStream): Progress {
  const clear = () => out.isTTY && out.write('\r\x1b[K');
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    at(words) {
      if (out.isTTY) {
        clear();
        out.write(words.slice(0, Math.max(20, out.columns - 1)));
      } else if (performance.now() - saidAt > linesEveryMs) {
        saidAt = performance.now();
        out.write(`${words}\n`);
      }
    },
    say(line) {
      clear();
      out.write(`${line}\n`);
    },
  };
}
