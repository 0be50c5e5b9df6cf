// What the mutation of rate limits does, apart from reading the result.
import { configureLimit } from '../store/rate-limits.js';
import type { Context } from './context.js';
import { done, type Outcome, refused, shopToChange } from './outcome.js';
import { change } from './shop-changes.js';
import type { RateLimitConfigureInput } from './shop-inputs.js';
import { type UserError, userError } from './user-error.js';

const requestsMax = 100_000;
const windowSecondsMax = 86_400;

export function rateLimitConfigure(context: Context, input: RateLimitConfigureInput): Promise<Outcome> {
  const errors = errorsOf(input);
  if (errors.length) return Promise.resolve(refused(...errors));
  const { name, requests, windowSeconds } = input;
  return change(context, async (tx) => {
    const shop = await shopToChange(tx, input);
    const lanes = context.marketplaces.find(({ code }) => code === shop.marketplace)?.lanes ?? [];
    if (!lanes.some((lane) => lane.name === name)) {
      const names = lanes.map((lane) => `"${lane.name}"`).join(', ');
      return refused(userError('RATE_LIMIT_NOT_FOUND', `No limit has this name: give ${names}.`, 'input', 'name'));
    }
    const windowMs = windowSeconds == null ? null : windowSeconds * 1_000;
    await configureLimit(tx, shop.id, name, requests == null ? null : { requests, windowMs });
    return done(shop.id);
  });
}

function errorsOf({ requests, windowSeconds }: RateLimitConfigureInput): UserError[] {
  const errors: UserError[] = [];
  const isWithin = (value: number, max: number) => value >= 1 && value <= max;
  if (requests != null && !isWithin(requests, requestsMax)) {
    errors.push(userError('INVALID', `requests must be 1 to ${requestsMax}, or null.`, 'input', 'requests'));
  }
  if (windowSeconds != null && requests == null) {
    errors.push(userError('INVALID', 'windowSeconds needs requests.', 'input', 'windowSeconds'));
  } else if (windowSeconds != null && !isWithin(windowSeconds, windowSecondsMax)) {
    errors.push(
      userError('INVALID', `windowSeconds must be 1 to ${windowSecondsMax}, or null.`, 'input', 'windowSeconds'),
    );
  }
  return errors;
}
