import { chance } from './random.js';

/** What can go wrong on the way: the same for every marketplace. */
export type WireFault =
  | 'TOO_MANY_REQUESTS'
  | 'SERVER_ERROR'
  | 'HANG'
  | 'SLOW_BODY'
  | 'DROP'
  | 'DROP_MID_BODY'
  | 'HTML_200'
  | 'TRUNCATED_JSON'
  | 'EMPTY_200'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN_HTML'
  | 'EMPTY_404'
  /** 422: the request was understood, and nothing was done. */
  | 'UNPROCESSABLE'
  /** The request is looked at late: after its sender may have given up. */
  | 'LATE'
  /** The request is carried out, and the connection is cut instead of an answer. */
  | 'DROP_AFTER'
  /** The request is carried out, and never answered. */
  | 'HANG_AFTER';

/** What can be wrong with a right answer: each marketplace says in its own shape what these look like. */
export type ContentFault = 'DUPLICATE_ENTRIES' | 'SHIFTED_PAGES' | 'STUCK_CURSOR' | 'MALFORMED_RECORDS';

export type FaultKind = WireFault | ContentFault;

const contentFaults: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'DUPLICATE_ENTRIES',
  'SHIFTED_PAGES',
  'STUCK_CURSOR',
  'MALFORMED_RECORDS',
]);

export interface FaultRule {
  readonly kind: FaultKind;
  /** Strikes requests whose `METHOD /path` matches; all, if absent. */
  readonly match?: RegExp;
  /** Strikes that many requests, then is over; without end, if absent. */
  readonly times?: number;
  /** Leaves that many matching requests alone first. */
  readonly after?: number;
  /** Strikes with this probability; always, if absent. */
  readonly rate?: number;
  /** SERVER_ERROR: 500 (default), 502, 503 or 504. */
  readonly status?: number;
  /** TOO_MANY_REQUESTS, SERVER_ERROR: the `Retry-After` header; absent, if absent. */
  readonly retryAfterSeconds?: number;
  /** LATE: after how long; 1,000 if absent. SLOW_BODY: how long the body takes; 2,000 if absent. HANG: when the connection is cut at last; never, if absent. */
  readonly ms?: number;
}

interface ActiveRule {
  readonly rule: FaultRule;
  seen: number;
  struck: number;
}

/** Faults of one pretend marketplace, switched on and off while it runs. */
export class Faults {
  private active: ActiveRule[] = [];
  private readonly by: ReturnType<typeof chance>;
  /** How often each kind struck. */
  readonly struck: Partial<Record<FaultKind, number>> = {};
  /** The `METHOD /path` that was struck first since a fault was last added. */
  struckFirst: string | null = null;

  constructor(seed: number) {
    this.by = chance(seed, 0xfa);
  }

  /** Switches a fault on; the returned function switches it off. */
  add(rule: FaultRule): () => void {
    const active = { rule, seen: 0, struck: 0 };
    this.active.push(active);
    this.struckFirst = null;
    return () => {
      this.active = this.active.filter((each) => each !== active);
    };
  }

  clear(): void {
    this.active = [];
  }

  /** The wire fault that strikes this request, if any. Asked once per request. */
  onWire(method: string, path: string): FaultRule | null {
    return this.strike((kind) => !contentFaults.has(kind), method, path);
  }

  /** Does this content fault strike the answer to this request? */
  inContent(kind: ContentFault, method: string, path: string): boolean {
    return this.strike((each) => each === kind, method, path) !== null;
  }

  private strike(wanted: (kind: FaultKind) => boolean, method: string, path: string): FaultRule | null {
    for (const active of this.active) {
      const { rule } = active;
      if (!wanted(rule.kind) || (rule.match && !rule.match.test(`${method} ${path}`))) continue;
      if (active.seen++ < (rule.after ?? 0)) continue;
      if (active.struck >= (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (rule.rate !== undefined && !this.by.is(rule.rate)) continue;
      active.struck++;
      this.struck[rule.kind] = (this.struck[rule.kind] ?? 0) + 1;
      this.struckFirst ??= `${method} ${path}`;
      return rule;
    }
    return null;
  }
}

/** The page a gateway sends instead of JSON. */
export function htmlPage(status: number, title: string): string {
  return `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}
