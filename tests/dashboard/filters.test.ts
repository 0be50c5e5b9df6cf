import { describe, expect, it } from 'vitest';
import { filtersQuery, parseFilters, periodNames, periodOf } from '../../src/dashboard/page/filters.js';

describe('the filters in the address', () => {
  it('come back as they were', () => {
    for (const query of [
      '',
      '?days=7',
      '?from=2026-01-01&to=2026-03-31',
      '?days=365&shop=shop_2&marketplace=BOL&country=NL&currency=EUR&metric=units',
    ]) {
      expect(filtersQuery(parseFilters(query))).toBe(query);
    }
  });

  it('that mean nothing are left out', () => {
    for (const query of [
      '?days=8',
      '?days=x',
      '?from=2026-02-30&to=2026-03-01',
      '?from=2026-03-02&to=2026-03-01',
      '?from=1900-01-01&to=2026-03-01',
      '?from=2026-03-01',
      '?country=nl&currency=<b>&metric=weight&marketplace=%22',
    ]) {
      expect([query, filtersQuery(parseFilters(query))]).toEqual([query, '']);
    }
  });
});

describe('a period', () => {
  const local = (text: string) => new Date(text);

  it('ends with today and is compared with as many days before', () => {
    const period = periodOf({ days: 7 }, local('2026-03-14T15:30:00'));
    expect(period).toMatchObject({ firstDay: '2026-03-08', lastDay: '2026-03-14', days: 7, unit: 'DAY' });
    expect(new Date(period.from)).toEqual(local('2026-03-08T00:00:00'));
    expect(new Date(period.to)).toEqual(local('2026-03-15T00:00:00'));
    expect(new Date(period.before.from)).toEqual(local('2026-03-01T00:00:00'));
    expect(period.before.to).toBe(period.from);
  });

  it('of calendar days holds both ends, over changes of the clock', () => {
    const period = periodOf({ from: '2026-03-01', to: '2026-03-31' }, local('2026-06-01T00:00:00'));
    expect(period).toMatchObject({ firstDay: '2026-03-01', lastDay: '2026-03-31', days: 31 });
    expect(new Date(period.to)).toEqual(local('2026-04-01T00:00:00'));
  });

  it('of more than a year and a bit is shown by months', () => {
    expect(periodOf({ from: '2024-01-01', to: '2026-03-31' }, new Date()).unit).toBe('MONTH');
    expect(periodNames('2024-11-15', '2025-02-03', 'MONTH')).toEqual(['2024-11', '2024-12', '2025-01', '2025-02']);
    expect(periodNames('2026-02-27', '2026-03-02', 'DAY')).toEqual([
      ...['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'],
    ]);
  });
});
