import type { Answer } from '../../../sandbox/delivery.js';
import type { SandboxRequest } from '../../../sandbox/server.js';
import { invalidRequest, type Violation } from './problem.js';

/** Reads query parameters and gathers what is wrong with them. Those it is not asked for are ignored, as bol does (a guess). */
export class Parameters {
  private readonly violations: Violation[] = [];

  constructor(private readonly request: SandboxRequest) {}

  /** The answer that names everything wrong; null: nothing is. */
  get refusal(): Answer | null {
    return this.violations.length > 0 ? invalidRequest(this.request, this.violations) : null;
  }

  has(name: string): boolean {
    return this.request.query.has(name);
  }

  text(name: string): string | null {
    return this.request.query.get(name);
  }

  oneOf<Value extends string>(name: string, allowed: readonly Value[], fallback: Value): Value {
    const text = this.text(name);
    if (text === null) return fallback;
    const found = allowed.find((value) => value === text);
    if (found === undefined) {
      const list = allowed.join(', ');
      this.refuse(name, `Request contains invalid value(s): '${text}', allowed values: ${list}.`);
    }
    return found ?? fallback;
  }

  flag(name: string): boolean | null {
    const text = this.text(name);
    if (text === null) return null;
    return this.oneOf(name, ['true', 'false'], 'false') === 'true';
  }

  wholeNumber(name: string, min: number, max: number): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= min && value <= max) return value;
    this.refuse(name, `Request contains invalid value(s): '${text}', must be a number from ${min} to ${max}.`);
    return null;
  }

  page(): number {
    return this.wholeNumber('page', 1, 0x7fffffff) ?? 1;
  }

  refuse(name: string, reason: string): void {
    this.violations.push({ name, reason });
  }
}
