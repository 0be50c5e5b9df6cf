import { parseInstant } from '../commerce/instant.js';
import type { Json } from '../commerce/json.js';
import { exponentOf, type Money, parseMoney } from '../commerce/money.js';
import { MappingError } from '../errors.js';

/** One unit of anything costs less than this many minor units: sums over an order stay exact, and nonsense is noticed. */
const minorMax = 100_000_000_000;

/** Beyond this a text is no name, title or key, and would not fit an index. */
const textMax = 2_000;

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
    const value = this.member(name);
    if (value === null) return null;
    if (typeof value !== 'string') return this.wrong(name, `is ${kindOf(value)}, not a text`);
    return value.length <= textMax ? value : this.wrong(name, `has ${value.length} characters, more than ${textMax}`);
  }

  text(name: string): string {
    return this.required(name, this.optionalText(name));
  }

  /** A text that says something: what is blank counts as missing. */
  key(name: string): string {
    const value = this.text(name);
    return value.trim() ? value : this.wrong(name, 'is empty');
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
    const amount = object.member('amount');
    if (typeof amount !== 'number') return object.wrong('amount', `is ${kindOf(amount)}, not a number`);
    try {
      exponentOf(currency);
    } catch {
      return object.wrong('currency', `${shown(currency)} is not an ISO 4217 code`);
    }
    const money = this.parsed(object, amount, currency);
    if (money.minor < 0) return object.wrong('amount', `${amount} is negative`);
    return money.minor <= minorMax ? money : object.wrong('amount', `${amount} is beyond any price`);
  }

  private parsed(object: Fields, amount: number, currency: string): Money {
    try {
      return parseMoney(amount, currency);
    } catch (error) {
      return object.wrong('amount', error instanceof RangeError ? error.message : 'is not an amount of money');
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
