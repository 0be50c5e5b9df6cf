// A file against what the API answers.
import { expect } from 'vitest';
import { exportables } from '../../src/store/shapes/exportables.js';
import type { Stage } from '../server/stage.js';
import { csv, jsonLines } from './fetching.js';
import { guarded } from './stock.js';

export const money = '{ amount currency }';

interface Address {
  readonly [member: string]: string | readonly string[] | null;
}

/** A node of the API in the flat form of a file. */
export function flat(node: Record<string, unknown>): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(node)) {
    if (name === 'shop') {
      const { id, name: words } = (value ?? { id: null, name: null }) as { id: string | null; name: string | null };
      Object.assign(row, { shopId: id, shop: words });
    } else if (name.endsWith('Address')) {
      const prefix = name.replace('Address', '');
      for (const member of ['name', 'company', 'lines', 'postalCode', 'city', 'stateOrProvince', 'country']) {
        const key = `${prefix}${member[0]?.toUpperCase()}${member.slice(1)}`;
        row[key] = (value as Address | null)?.[member] ?? null;
      }
    } else if (/^(totalGross|unitPriceGross|grossRevenue|price)$/.test(name)) {
      const { amount, currency } = value as { amount: string; currency: string };
      Object.assign(row, { [name]: amount, currency });
    } else row[name] = value;
  }
  return row;
}

/** A value of JSON Lines as its cell in CSV. */
function cell(value: unknown, isText: boolean): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return guarded(value.join(', '));
  return isText ? guarded(String(value)) : String(value);
}

/** The lines of a file under the names of its columns, in both formats, are these rows in this order. */
export async function expectSame(
  stage: Stage,
  kind: keyof typeof exportables,
  rows: readonly Record<string, unknown>[],
  more: object = {},
): Promise<void> {
  expect(rows.length).toBeGreaterThan(1);
  const lines = await jsonLines(stage, { kind, ...more });
  expect(lines).toEqual(rows);
  const names = Object.keys(exportables[kind].columns);
  expect(Object.keys(lines[0])).toEqual(names);
  const cells = await csv(stage, { kind, ...more });
  expect(Object.keys(cells[0] ?? {})).toEqual(names);
  // texts of JSON as the marketplace wrote them: only their values are the same
  const texts = names.filter((name) => name !== 'payload' && name !== 'facts');
  const picked = (row: Record<string, unknown>) => Object.fromEntries(texts.map((name) => [name, row[name]]));
  const asCells = (row: Record<string, unknown>) =>
    Object.fromEntries(texts.map((name) => [name, cell(row[name], typeof row[name] === 'string')]));
  expect(cells.map(picked)).toEqual(rows.map(asCells));
}
