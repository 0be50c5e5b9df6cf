import type { ComponentChildren } from 'preact';
import type { Client } from '../../sdk/index.js';
import type { Group, View } from './data.js';
import type { Filters } from './filters.js';
import type { Run } from './live.js';

/** What a panel may do besides showing what was loaded. */
export interface Desk {
  readonly view: View;
  /** Milliseconds since 1970, moved on while the page is open: what "3 minutes ago" is reckoned from. */
  readonly now: number;
  /** The run under way, by shop. */
  readonly runs: ReadonlyMap<string, Run>;
  choose(change: Partial<Filters>): void;
  /** Does something by a mutation, tells how it went, and asks for everything again. `name` is of the button. */
  act(name: string, action: Action): void;
  /** Names of what is being done. */
  readonly busy: ReadonlySet<string>;
}

/** Resolves to one sentence that tells what was done. Throws for what was not. */
export type Action = (client: Client) => Promise<string>;

/** Thrown by actions for what the API refuses as `userErrors`. */
export class Refused extends Error {}

/** Hands on a mutation's payload, or throws its expected failures. */
export function accepted<Payload extends { readonly userErrors: readonly { readonly message: string }[] }>(
  payload: Payload,
): Payload {
  if (payload.userErrors.length) throw new Refused(payload.userErrors.map(({ message }) => message).join(' '));
  return payload;
}

/** A part of the page: a file in `panels/` and its line in `panels/index.ts`. */
export interface Panel<Result> {
  readonly id: string;
  readonly title: string;
  /** Of twelve columns, on a screen that is wide enough. */
  readonly columns: 5 | 6 | 7 | 12;
  readonly group: Group<Result>;
  /** False: shown although there is no order yet. */
  readonly needsOrders: boolean;
  /** Beside the title: a choice, a button. Also without data (null), so that a choice that finds nothing can be taken back. */
  controls?(data: Result | null, desk: Desk): ComponentChildren;
  body(data: Result, desk: Desk): ComponentChildren;
}

/** Panels of all results in one list. */
export type AnyPanel = Panel<unknown>;
export const panel = <Result>(one: Panel<Result>): AnyPanel => one as unknown as AnyPanel;
