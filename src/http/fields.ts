import { parseInstant } from '../commerce/instant.js';
import type { Json } from '../commerce/json.js';
import { exponentOf, type Money, parseMoney } from '../commerce/money.js';
import { MappingError } from '../errors.js';

/** One unit of anything costs less than this many minor units: sums over an order stay exact, and nonsense is noticed. */
const minorMax = 100_000_000_000;

/** No line of an order holds more units: a price times a quantity stays exact. */
const countMax = 10_000;

/** Beyond this a text is no name, title or key, and would not fit an index. */
const textMax = 2_000;
/** What people wrote themselves, such as a comment. */
const proseMax = 20_000;

/**
 * The members of an object that a stranger sent. Members that nobody asks for are ignored; one that is asked for and is
 * missing or wrong is a `MappingError` with its path, e.g. `positionItems[2].product.sku`. `null` is the same as missing.
 */
export class Fields {
  private constructor(
    private readonly members: Readonly<Record<string, Json>>,
    private readonly path: string,
  ) {}

  static of(payload: Json, path = ''): Fields {
    if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) {
      throw new MappingError(path, `is ${kindOf(payload)}, not an object`);
    }
    return new Fields(payload as Readonly<Record<string, Json>>, path);
  }

  /** Throws the error that a connector has found out about a member itself. */
  wrong(name: string, problem: string): never {
    throw new MappingError(this.at(name), problem);
  }

  private at(name: string): string {
    return this.path && name ? `${this.path}.${name}` : this.path || name;
  }

  private member(name: string): Json {
    return Object.hasOwn(this.members, name) ? (this.members[name] ?? null) : null;
  }

  private required<T>(name: string, value: T | null): T {
    return value ?? this.wrong(name, 'is missing');
  }

  optionalText(name: string): string | null {
    return this.textUpTo(textMax, name);
  }

  /** What somebody wrote, which may be longer than a name or a key. */
  optionalProse(name: string): string | null {
    return this.textUpTo(proseMax, name);
  }

  private textUpTo(max: number, name: string): string | null {
    const value = this.member(name);
    if (value === null) return null;
    if (typeof value !== 'string') return this.wrong(name, `is ${kindOf(value)}, not a text`);
    return value.length <= max ? value : this.wrong(name, `has ${value.length} characters, more than ${max}`);
  }

  text(name: string): string {
    return this.required(name, this.optionalText(name));
  }

  /** A text that says something: what is blank counts as missing. */
  key(name: string): string {
    const value = this.text(name);
    return value.trim() ? value : this.wrong(name, 'is empty');
  }

  /** A key that is sent as a number, as text. One beyond 2^53 did not arrive exactly, and is refused. */
  optionalId(name: string): string | null {
    const value = this.member(name);
    return value === null ? null : this.idOf(name, value);
  }

  id(name: string): string {
    return this.required(name, this.optionalId(name));
  }

  /** Keys of a list; empty when it is missing. */
  ids(name: string): string[] {
    return this.list(name).map((item, index) => this.idOf(`${name}[${index}]`, item));
  }

  private idOf(name: string, value: Json): string {
    if (typeof value !== 'number') return this.wrong(name, `is ${kindOf(value)}, not a number`);
    return Number.isSafeInteger(value) && value > 0 ? String(value) : this.wrong(name, `${value} is not an id`);
  }

  optionalFlag(name: string): boolean | null {
    const value = this.member(name);
    if (value === null || typeof value === 'boolean') return value;
    return this.wrong(name, `is ${kindOf(value)}, not true or false`);
  }

  optionalInstant(name: string): Date | null {
    const text = this.optionalText(name);
    if (text === null) return null;
    return parseInstant(text) ?? this.wrong(name, `"${text.slice(0, 40)}" is not an instant`);
  }

  instant(name: string): Date {
    return this.required(name, this.optionalInstant(name));
  }

  /** A calendar day, `2026-03-01`, as text. */
  optionalDay(name: string): string | null {
    const text = this.optionalText(name);
    if (text === null) return null;
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== null;
    return isDay ? text : this.wrong(name, `"${text.slice(0, 40)}" is not a day`);
  }

  /** A whole number of units, 0 included. */
  optionalCount(name: string): number | null {
    const value = this.member(name);
    if (value === null) return null;
    if (typeof value !== 'number') return this.wrong(name, `is ${kindOf(value)}, not a number`);
    const isCount = Number.isInteger(value) && value >= 0 && value <= countMax;
    // JSON knows a -0
    return isCount ? Math.abs(value) : this.wrong(name, `${value} is not a number of units`);
  }

  /** At least 1. */
  quantity(name: string): number {
    return this.required(name, this.optionalCount(name)) || this.wrong(name, 'is 0');
  }

  /** Percent as decimal text, from a number: 19 → `"19"`, 7.7 → `"7.7"`. */
  optionalPercent(name: string): string | null {
    const value = this.member(name);
    if (value === null) return null;
    const text = String(value);
    if (typeof value !== 'number' || !/^\d{1,3}(\.\d{1,4})?$/.test(text)) {
      return this.wrong(name, `${shown(value)} is not a percentage`);
    }
    return text;
  }

  /** An amount that is not negative, beside its currency: `{"amount": 19.99, "currency": "EUR"}`. */
  optionalMoney(name: string): Money | null {
    const object = this.optionalObject(name);
    if (object === null) return null;
    const currency = object.text('currency');
    try {
      exponentOf(currency);
    } catch {
      return object.wrong('currency', `${shown(currency)} is not an ISO 4217 code`);
    }
    return object.required('amount', object.optionalAmount('amount', currency));
  }

  /** An amount that is not negative, as a plain number in a currency that the source does not name: `19.99`. */
  optionalAmount(name: string, currency: string): Money | null {
    const amount = this.member(name);
    if (amount === null) return null;
    if (typeof amount !== 'number') return this.wrong(name, `is ${kindOf(amount)}, not a number`);
    const money = this.parsed(name, amount, currency);
    if (money.minor < 0) return this.wrong(name, `${amount} is negative`);
    return money.minor <= minorMax ? money : this.wrong(name, `${amount} is beyond any price`);
  }

  private parsed(name: string, amount: number, currency: string): Money {
    try {
      return parseMoney(amount, currency);
    } catch (error) {
      return this.wrong(name, error instanceof RangeError ? error.message : 'is not an amount of money');
    }
  }

  money(name: string): Money {
    return this.required(name, this.optionalMoney(name));
  }

  optionalObject(name: string): Fields | null {
    const value = this.member(name);
    return value === null ? null : Fields.of(value, this.at(name));
  }

  object(name: string): Fields {
    return this.required(name, this.optionalObject(name));
  }

  /** Objects of a list; empty when it is missing. */
  objects(name: string): Fields[] {
    return this.list(name).map((item, index) => Fields.of(item, `${this.at(name)}[${index}]`));
  }

  texts(name: string): string[] {
    return this.list(name).map((item, index) =>
      typeof item === 'string' && item.length <= textMax
        ? item
        : this.wrong(`${name}[${index}]`, `is ${kindOf(item)}, not a text`),
    );
  }

  private list(name: string): readonly Json[] {
    const value = this.member(name);
    if (value === null) return [];
    return Array.isArray(value) ? value : this.wrong(name, `is ${kindOf(value)}, not a list`);
  }
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function shown(value: Json): string {
  return JSON.stringify(value).slice(0, 40);
}
