import { isDeepStrictEqual } from 'node:util';
import type { Truth } from '../sandbox/marketplace.js';
import type { Holdings } from '../store/holdings.js';

export type Noun = keyof Truth;

/** A record that is not here as it is at the marketplace. */
export interface Difference {
  readonly noun: Noun;
  readonly key: string;
  readonly kind: 'MISSING' | 'WRONG';
  /** What is wrong with it, to be read. */
  readonly what: string;
}

type Fact = Readonly<Record<string, unknown>>;

const nouns: readonly Noun[] = ['orders', 'shipments', 'returns', 'sales'];

/** What is held, compared with what is so in the world, which is worked out without a mapping. */
export function compare(held: Holdings, truth: Truth): Difference[] {
  return nouns.flatMap((noun) => {
    const keyOf = (fact: Fact) => String(noun === 'sales' ? fact.sku : fact.externalId);
    const ours = new Map((held[noun] as readonly object[]).map((fact) => [keyOf(fact as Fact), fact as Fact]));
    const theirs = new Map((truth[noun] as readonly object[]).map((fact) => [keyOf(fact as Fact), fact as Fact]));
    const made = [...ours.keys()].filter((key) => !theirs.has(key));
    return [
      ...[...theirs].flatMap(([key, fact]) => differenceOf(noun, key, ours.get(key), fact)),
      ...made.map((key): Difference => ({ noun, key, kind: 'WRONG', what: 'is not at the marketplace' })),
    ];
  });
}

/** Only the facts that we hold of its kind: a world may tell more of itself. One that it does not know is left out. */
function differenceOf(noun: Noun, key: string, ours: Fact | undefined, theirs: Fact): Difference[] {
  if (!ours) return [{ noun, key, kind: 'MISSING', what: 'is not here' }];
  const wrong = Object.keys(ours).filter(
    (name) => theirs[name] !== undefined && !isDeepStrictEqual(ours[name] ?? null, inOrder(theirs[name])),
  );
  if (wrong.length === 0) return [];
  const what = wrong.map((name) => `${name} ${said(ours[name])} instead of ${said(inOrder(theirs[name]))}`).join(', ');
  return [{ noun, key, kind: 'WRONG', what }];
}

/** Lines of a record by the order's key and their own, as they are held. */
function inOrder(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const keyOf = ({ orderExternalId, externalId }: Fact) => `${orderExternalId} ${externalId}`;
  return [...(value as Fact[])].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const said = (value: unknown) => JSON.stringify(value ?? null);
