// What `customerUpsert` does, apart from reading the result.
import { lockCustomer, putCustomer } from '../store/customers.js';
import type { Context } from './context.js';
import type { CustomerUpsertInput } from './customer-inputs.js';
import { done, type Outcome, Refused, refused, textOf } from './outcome.js';
import { change } from './shop-changes.js';
import { type UserError, userError } from './user-error.js';

const referenceMax = 100;
const nameMax = 200;
/** RFC 5321: what a path may have, without its brackets. */
const emailMax = 254;

export async function customerUpsert(context: Context, input: CustomerUpsertInput): Promise<Outcome> {
  const reference = textOf(input.reference, referenceMax, 'input', 'reference');
  const name = input.name == null ? input.name : textOf(input.name, nameMax, 'input', 'name');
  const email = input.email == null ? input.email : emailOf(input.email);
  const errors = [reference, name, email].filter((one): one is UserError => one !== null && typeof one === 'object');
  if (errors.length) return refused(...errors);
  return change(context, async (tx) => {
    const customer = await lockCustomer(tx, reference as string);
    const { expectedVersion } = input;
    if (expectedVersion != null && expectedVersion !== customer.version) {
      const { id, version } = customer;
      const message = version
        ? `The customer is at version ${version}, not ${expectedVersion}: read it again.`
        : `There is no customer of this reference, so none at version ${expectedVersion}.`;
      const userErrors = [userError('STALE_VERSION', message, 'input', 'expectedVersion')];
      // what was made for it is undone
      throw new Refused({ key: version ? id : null, userErrors });
    }
    await putCustomer(tx, customer.id, { name: name as string | null, email: email as string | null });
    return done(customer.id);
  });
}

/** Whether mail arrives is for others to find out: this only refuses what cannot be an address. */
function emailOf(given: string): string | UserError {
  const email = textOf(given, emailMax, 'input', 'email');
  if (typeof email !== 'string' || /^[^\s@]+@[^\s@]+$/.test(email)) return email;
  return userError('INVALID', 'The email is not a mail address.', 'input', 'email');
}
