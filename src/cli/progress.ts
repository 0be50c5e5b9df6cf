import { isLively, paint, type Terminal } from './terminal.js';

/** Says how far a long work is: on a terminal on one line that changes, elsewhere as plain lines, not too many. */
export interface Progress {
  /** `share` from 0 to 1; null: nobody knows how much there is. */
  at(words: string, share?: number | null): void;
  /** A line that stays. */
  say(line: string): void;
  end(): void;
}

/** Between two plain lines. */
const linesEveryMs = 5_000;
const barWidth = 24;

export function showProgress(on: Terminal): Progress {
  const lively = isLively(on);
  const clear = () => lively && on.err.write('\r\x1b[K');
  let saidAt = performance.now();
  return {
    at(words, share = null) {
      const text = share === null ? words : `${Math.floor(share * 100)} %  ${words}`;
      if (lively) {
        const bar = share === null ? '' : `${barOf(on, share)} `;
        const room = Math.max(20, (on.err.columns || 80) - (bar ? barWidth + 2 : 1));
        on.err.write(`\r\x1b[K${bar}${text.slice(0, room)}`);
      } else if (performance.now() - saidAt > linesEveryMs) {
        saidAt = performance.now();
        on.err.write(`${text}\n`);
      }
    },
    say(line) {
      clear();
      on.err.write(`${line}\n`);
    },
    end: () => void clear(),
  };
}

function barOf(on: Terminal, share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return paint(on, on.err, 'green', '█'.repeat(full)) + '░'.repeat(barWidth - full);
}
