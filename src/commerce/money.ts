/** An exact amount: integer minor units (cents for EUR) and an ISO 4217 code. Never a float. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

/** Money as the API and `details` columns carry it: the amount as a string of digits, e.g. `"12.30"`. */
export interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}

const exponents = new Map<string, number>();

/** Decimals of a currency: 2 for EUR, 0 for JPY. Throws a RangeError for what is not a currency code. */
export function exponentOf(currency: string): number {
  let exponent = exponents.get(currency);
  if (exponent === undefined) {
    if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`"${currency}" is not an ISO 4217 currency code`);
    exponent =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    exponents.set(currency, exponent);
  }
  return exponent;
}

/**
 * Reads an amount as a marketplace writes it (JSON number or decimal text) into minor units, exactly.
 * Throws a RangeError for what is no amount, or has more decimals than its currency.
 */
export function parseMoney(amount: number | string, currency: string): Money {
  const exponent = exponentOf(currency);
  const match = /^(-?)(\d{1,13})(?:\.(\d+))?$/.exec(String(amount));
  if (!match) throw new RangeError(`"${amount}" is not an amount of money`);
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > exponent) throw new RangeError(`${amount} has more decimals than ${currency} knows`);
  const minor = Number(`${match[2]}${fraction.padEnd(exponent, '0')}`);
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${amount} ${currency} is too large`);
  return { minor: match[1] && minor ? -minor : minor, currency };
}

/** `{minor: 1230, currency: 'EUR'}` → `{amount: '12.30', currency: 'EUR'}`. */
export function moneyText(money: Money): MoneyText {
  const exponent = exponentOf(money.currency);
  const digits = String(Math.abs(money.minor)).padStart(exponent + 1, '0');
  const whole = exponent ? `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}` : digits;
  return { amount: money.minor < 0 ? `-${whole}` : whole, currency: money.currency };
}
