import type { Address } from '../commerce/order.js';
import type { AddressInput } from './direct-order-inputs.js';
import { textOf } from './outcome.js';
import { type UserError, userError } from './user-error.js';

const textMax = 200;
const postalCodeMax = 20;
const linesMax = 5;

/** An address in the form that it is kept in, or everything that is wrong with it. */
export function addressOf(given: AddressInput | null | undefined, field: string): Address | null | UserError[] {
  if (!given) return null;
  const errors: UserError[] = [];
  const text = (value: string | null | undefined, name: string | [string, string], max = textMax): string | null => {
    if (value == null || value.trim() === '') return null;
    const checked = textOf(value, max, 'input', field, ...[name].flat());
    if (typeof checked === 'string') return checked;
    errors.push(checked);
    return null;
  };
  const lines = given.lines.flatMap((line, at) => text(line, ['lines', String(at)]) ?? []);
  if (given.lines.every((line) => !line.trim()) || given.lines.length > linesMax) {
    errors.push(userError('INVALID', `An address has 1 to ${linesMax} lines.`, 'input', field, 'lines'));
  }
  const address = {
    name: text(given.name, 'name'),
    company: text(given.company, 'company'),
    lines,
    postalCode: text(given.postalCode, 'postalCode', postalCodeMax),
    city: text(given.city, 'city'),
    stateOrProvince: text(given.stateOrProvince, 'stateOrProvince'),
    country: given.country,
  };
  return errors.length ? errors : address;
}
