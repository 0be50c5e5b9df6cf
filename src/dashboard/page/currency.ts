// Amounts of two currencies are never summed: one currency is shown at a time.
export interface Amount {
  readonly amount: string;
  readonly currency: string;
}

interface Sold {
  readonly unitsSold: number;
  readonly grossRevenue: Amount;
}

/** The currencies sold in, most units first. */
export function currenciesOf(rows: readonly Sold[]): string[] {
  const units = new Map<string, number>();
  for (const { unitsSold, grossRevenue } of rows) {
    units.set(grossRevenue.currency, (units.get(grossRevenue.currency) ?? 0) + unitsSold);
  }
  return [...units].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([currency]) => currency);
}

/** The chosen one while there is something in it, else the one with most units; null: nothing was sold. */
export function currencyShown(rows: readonly Sold[], chosen: string | null): string | null {
  const all = currenciesOf(rows);
  return chosen !== null && all.includes(chosen) ? chosen : (all[0] ?? null);
}

/** The exact sum of two amounts of one currency, which have the same number of decimals or are 0. */
export function added(a: Amount, b: Amount): Amount {
  const decimals = Math.max(...[a, b].map(({ amount }) => amount.split('.')[1]?.length ?? 0));
  const minor = ({ amount }: Amount) => {
    const [whole = '0', fraction = ''] = amount.split('.');
    return BigInt(whole + fraction.padEnd(decimals, '0'));
  };
  const sum = minor(a) + minor(b);
  const digits = String(sum < 0n ? -sum : sum).padStart(decimals + 1, '0');
  const [whole, fraction] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals)];
  const text = fraction ? `${whole}.${fraction}` : whole;
  return { amount: sum < 0n ? `-${text}` : text, currency: a.currency };
}
