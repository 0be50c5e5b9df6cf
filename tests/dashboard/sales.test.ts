import { describe, expect, it } from 'vitest';
import { added, currenciesOf, currencyShown } from '../../src/dashboard/page/currency.js';
import { partsOf } from '../../src/dashboard/page/filters.js';

const money = (amount: string, currency = 'EUR') => ({ amount, currency });

describe('amounts', () => {
  it.each([
    ['0', '12.30', '12.30'],
    ['0.05', '0.96', '1.01'],
    ['90071992547409.93', '0.08', '90071992547410.01'],
    ['-0.10', '0.03', '-0.07'],
    ['1230', '70', '1300'],
  ])('%s and %s are %s', (a, b, sum) => {
    expect(added(money(a), money(b))).toEqual(money(sum));
  });

  it('are shown in the chosen currency, or in the one with most units', () => {
    const rows = [
      { unitsSold: 2, grossRevenue: money('900', 'PLN') },
      { unitsSold: 1, grossRevenue: money('5') },
      { unitsSold: 3, grossRevenue: money('5') },
    ];
    expect(currenciesOf(rows)).toEqual(['EUR', 'PLN']);
    expect([null, 'PLN', 'GBP'].map((chosen) => currencyShown(rows, chosen))).toEqual(['EUR', 'PLN', 'EUR']);
    expect(currencyShown([], 'EUR')).toBeNull();
  });
});

describe('a span', () => {
  const year = { from: '2026-01-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' };

  it('of days is asked for in parts that leave nothing out', () => {
    const parts = partsOf({ ...year, unit: 'DAY' });
    expect(parts).toHaveLength(4);
    expect([parts[0]?.from, parts.at(-1)?.to]).toEqual([year.from, year.to]);
    for (const [at, { to }] of parts.slice(0, -1).entries()) expect(to).toBe(parts[at + 1]?.from);
  });

  it('of months is asked for whole', () => {
    expect(partsOf({ ...year, unit: 'MONTH' })).toEqual([year]);
  });
});
