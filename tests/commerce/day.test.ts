import { expect, it } from 'vitest';
import { dayAfter, dayIn } from '../../src/commerce/day.js';

it.each([
  ['Europe/Berlin', '2026-03-28T23:30:00Z', '2026-03-29'],
  ['UTC', '0001-01-01T00:00:00Z', '0001-01-01'],
  ['UTC', '0999-12-31T23:59:59Z', '0999-12-31'],
  ['UTC', '9999-12-31T23:59:59Z', '9999-12-31'],
  ['Europe/Berlin', '9999-12-31T23:59:59Z', '10000-01-01'],
])('the day in %s of %s is %s', (zone, at, day) => {
  expect(dayIn(zone, new Date(at))).toBe(day);
});

it.each([
  ['2026-02-28', '2026-03-01'],
  ['2028-02-28', '2028-02-29'],
  ['0001-01-01', '0001-01-02'],
  ['0099-12-31', '0100-01-01'],
  ['9999-12-31', '10000-01-01'],
])('after %s comes %s', (day, next) => {
  expect(dayAfter(day)).toBe(next);
});
