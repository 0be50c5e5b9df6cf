// What the page knows: answers of the API by group, each asked for once however many panels show it.
import type { Client } from '../../sdk/index.js';
import type { Filters, Period } from './filters.js';
import { type Trouble, troubleOf } from './trouble.js';

/** What is looked at. */
export interface View {
  readonly filters: Filters;
  readonly period: Period;
  /** Every shop that there is; null until they are known. */
  readonly shops: readonly { readonly id: string; readonly marketplace: string }[] | null;
}

/** What is asked of the API for one panel or several. */
export interface Group<Result> {
  readonly name: string;
  /** What it asks in this view; null: it cannot be asked yet. */
  ask(view: View): Ask<Result> | null;
}

interface Ask<Result> {
  /** Tells two questions apart. */
  readonly key: string;
  send(client: Client): Promise<Result>;
}

/** A group whose questions differ in their variables. */
export function group<Result, Variables>(
  name: string,
  variables: (view: View) => Variables | null,
  send: (client: Client, variables: Variables) => Promise<Result>,
): Group<Result> {
  return {
    name,
    ask(view) {
      const asked = variables(view);
      return asked && { key: JSON.stringify(asked), send: (client) => send(client, asked) };
    },
  };
}

/** What is known of a group. While it is loaded again the answer before stays. */
export interface Loaded<Result> {
  readonly data: Result | null;
  readonly trouble: Trouble | null;
  readonly loading: boolean;
}

interface Entry {
  readonly group: Group<unknown>;
  loaded: Loaded<unknown>;
  /** The key of the answer, or of the request under way. */
  asked: string | null;
  /** Counts requests: the answer to an older one is not shown. */
  turn: number;
  /** Asked once more while a request was under way. */
  again: boolean;
}

const nothing: Loaded<never> = { data: null, trouble: null, loading: true };
/** How often everything is asked again while the page is looked at. */
const everyMs = 30_000;
/** How soon after a try that failed. */
const retryMs = 5_000;
/** A sync moves the page this often at most; longer where an answer takes its time. */
const moveMs = 2_000;

export class Store {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<() => void>();
  private poll: ReturnType<typeof setTimeout> | undefined;
  private soon: ReturnType<typeof setTimeout> | undefined;
  private tookMs = 0;
  /** When everything was last known. */
  knownAt: Date | null = null;

  constructor(
    private client: Client,
    private readonly view: () => View,
    groups: readonly Group<unknown>[],
  ) {
    for (const group of groups) {
      this.entries.set(group.name, { group, loaded: nothing, asked: null, turn: 0, again: false });
    }
  }

  get<Result>(group: Group<Result>): Loaded<Result> {
    return (this.entries.get(group.name)?.loaded ?? nothing) as Loaded<Result>;
  }

  /** The gravest trouble of all groups: a key that is missing concerns the whole page. */
  get trouble(): Trouble | null {
    const all = [...this.entries.values()].map(({ loaded }) => loaded.trouble);
    return all.find((one) => one?.kind === 'KEY') ?? all.find((one) => one?.kind === 'GONE') ?? null;
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Another key: what was known is asked for again. */
  use(client: Client): void {
    this.client = client;
    this.refresh();
  }

  /** The view is another one: asks for what it needs. */
  look(): void {
    const view = this.view();
    for (const entry of this.entries.values()) {
      const ask = entry.group.ask(view);
      if (ask && ask.key !== entry.asked) void this.load(entry);
    }
  }

  refresh(): void {
    clearTimeout(this.poll);
    clearTimeout(this.soon);
    this.soon = undefined;
    if (document.hidden) return;
    const all = [...this.entries.values()].map((entry) => this.load(entry));
    Promise.all(all).then(() => {
      clearTimeout(this.poll);
      // a key is waited for, and comes with a refresh of its own
      if (this.trouble?.kind === 'KEY') return;
      this.poll = setTimeout(() => this.refresh(), this.trouble ? retryMs : everyMs);
    });
  }

  /** Something moved: everything is asked again in a moment, and no more often than the server can bear. */
  moved(): void {
    this.soon ??= setTimeout(() => this.refresh(), Math.max(moveMs, 5 * this.tookMs));
  }

  /** Nobody looks: no request is sent until `refresh`. */
  pause(): void {
    clearTimeout(this.poll);
    clearTimeout(this.soon);
    this.soon = undefined;
  }

  private async load(entry: Entry): Promise<void> {
    const ask = entry.group.ask(this.view());
    if (!ask) return;
    if (entry.loaded.loading && entry.asked === ask.key) {
      entry.again = true;
      return;
    }
    entry.asked = ask.key;
    entry.turn += 1;
    const { turn } = entry;
    this.tell(entry, { ...entry.loaded, loading: true });
    const began = performance.now();
    let answer: Pick<Loaded<unknown>, 'data' | 'trouble'>;
    try {
      answer = { data: await ask.send(this.client), trouble: null };
    } catch (error) {
      answer = { data: entry.loaded.data, trouble: troubleOf(error) };
    }
    if (turn !== entry.turn) return;
    this.tookMs = Math.max(performance.now() - began, this.tookMs * 0.8);
    if (!answer.trouble) this.knownAt = new Date();
    this.tell(entry, { ...answer, loading: false });
    if (entry.again) {
      entry.again = false;
      this.moved();
    }
  }

  private tell(entry: Entry, loaded: Loaded<unknown>): void {
    entry.loaded = loaded;
    for (const listener of this.listeners) listener();
  }
}
