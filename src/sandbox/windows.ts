import { type Asker, arrivalJitter, type Throttle, type Turn } from './limits.js';

/** A rate limit of one kind of request, per account. */
export interface Rule {
  readonly name: string;
  readonly methods: readonly string[];
  /** Of the path. The first rule of a list that matches counts. */
  readonly pattern: RegExp;
  readonly requests: number;
  readonly windowMs: number;
}

interface Window {
  endsAt: number;
  used: number;
}

/**
 * Each rule counts for itself, per account, in fixed windows that begin with the first request, and every answer tells
 * what is left: `X-RateLimit-Limit`, `-Remaining`, and `-Reset` in seconds.
 */
export class WindowThrottle implements Throttle {
  private readonly windows = new Map<string, Window>();
  private most = 0;

  constructor(private readonly rules: readonly Rule[]) {}

  take({ method, path, account, ip }: Asker, now: number, lateMs: number): Turn {
    const rule = this.rules.find(({ methods, pattern }) => methods.includes(method) && pattern.test(path));
    if (!rule) return { ok: true, waitMs: 0, rule: null };
    const window = this.windowOf(`${account || ip} ${rule.name}`, rule, now, lateMs);
    const ok = window.used < rule.requests;
    if (ok) this.most = Math.max(this.most, ++window.used);
    const leftMs = Math.max(0, window.endsAt - now);
    const headers = {
      'X-RateLimit-Limit': String(rule.requests),
      'X-RateLimit-Remaining': String(rule.requests - window.used),
      'X-RateLimit-Reset': String(Math.max(1, Math.ceil(leftMs / 1_000))),
    };
    return { ok, waitMs: ok ? 0 : leftMs, rule: rule.name, headers };
  }

  get peaks() {
    return { account: this.most, open: 0 };
  }

  private windowOf(key: string, rule: Rule, now: number, lateMs: number): Window {
    const running = this.windows.get(key);
    if (running && now < running.endsAt) return running;
    const window = { endsAt: now - lateMs + rule.windowMs * (1 - arrivalJitter), used: 0 };
    this.windows.set(key, window);
    return window;
  }
}
