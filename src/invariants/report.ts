import type { Broken, Proof } from './prove.js';

/** A marketplace's title, and what was found. */
export interface Proved {
  readonly title: string;
  readonly proof: Proof;
}

type Row = readonly [label: string, of: (proof: Proof) => string];

const invariants: readonly (readonly [keyof Broken, string])[] = [
  ['missing', 'missing'],
  ['duplicated', 'duplicated'],
  ['wrong', 'wrong'],
  ['otherThanQuiet', 'other than in a quiet sync'],
  ['changedAgain', 'changed by a second sync'],
  ['wrongSums', 'roll-up ≠ raw'],
  ['tooFast', 'real rate-limit answers'],
  ['tokens', 'tokens beyond lifetimes + 1'],
  ['failed', 'calm syncs that failed'],
];

const count = (value: number) => value.toLocaleString('en');

const figures: readonly Row[] = [
  [
    'orders, shipments, returns held',
    ({ figures: { held } }) => [held.orders, held.shipments, held.returns].map(count).join(', '),
  ],
  ['seen by the full reading only', ({ figures: { behind } }) => count(behind.length)],
  ['rejects left', ({ figures: { rejects } }) => count(rejects)],
  [
    'requests: storm, calm, quiet sync',
    ({ figures: { requests } }) => [requests.storm, requests.calm, requests.quiet].map(count).join(', '),
  ],
  ['rate-limit answers in the storm', ({ figures: { tooFastInStorm } }) => count(tooFastInStorm)],
  ['tokens in the storm', ({ figures: { tokens } }) => count(tokens.storm)],
  [
    'tokens of the quiet sync, allowed',
    ({ figures: { tokens } }) => `${count(tokens.quiet)}, ${count(tokens.allowed)}`,
  ],
  ['seconds', ({ figures: { seconds } }) => count(seconds)],
];

/** How often each kind of fault struck; kinds that never did are not named. */
function faultRows(proved: readonly Proved[]): Row[] {
  const kinds = [...new Set(proved.flatMap(({ proof }) => Object.keys(proof.figures.struck)))].sort();
  return kinds.map((kind): Row => [`  ${kind}`, ({ figures: { struck } }) => count(struck[kind] ?? 0)]);
}

/** One line per fact, one column per marketplace. */
export function tableOf(proved: readonly Proved[]): string {
  const marks = invariants.map(([name, label]): Row => [label, ({ broken }) => count(broken[name].length)]);
  const rows: Row[] = [...marks, ...figures, ['faults that struck', () => ''], ...faultRows(proved)];
  const cells = [
    ['', ...proved.map(({ title }) => title)],
    ...rows.map(([label, of]) => [label, ...proved.map(({ proof }) => of(proof))]),
  ];
  const width = (at: number) => Math.max(...cells.map((line) => line[at]?.length ?? 0));
  const widths = (cells[0] ?? []).map((_, at) => width(at));
  return cells
    .map((line) => line.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))))
    .map((line) => `  ${line.join('   ')}`.trimEnd())
    .join('\n');
}

const namedMax = 20;

/** What broke an invariant, by name; empty when nothing did. */
export function brokenLines(proved: readonly Proved[]): string[] {
  return proved.flatMap(({ title, proof }) =>
    invariants.flatMap(([name, label]) => {
      const records = proof.broken[name];
      const shown = records.slice(0, namedMax).map((record) => `  ${record.slice(0, 400)}`);
      const rest = records.length > namedMax ? [`  … and ${count(records.length - namedMax)} more`] : [];
      return records.length > 0 ? [`${title}, ${label}:`, ...shown, ...rest] : [];
    }),
  );
}
