import { exponentOf } from '../../commerce/money.js';
import { plainCell } from './csv.js';
import { literal, quoted, sql } from './json.js';
import { at, type Column, code, type FieldShape, inline, type Sql } from './shape.js';

/** Currencies that do not have two decimals, by their number of decimals. */
const exceptions = new Map<number, string[]>();
for (const currency of Intl.supportedValuesOf('currency')) {
  const exponent = exponentOf(currency);
  if (exponent !== 2) exceptions.set(exponent, [...(exceptions.get(exponent) ?? []), currency]);
}

/** numeric keeps the decimals of its factors: 1230 * 0.01 is 12.30. The commonest currency is looked at first. */
function unitOf(currency: string): string {
  const cases = [...exceptions].map(([exponent, currencies]) => {
    const unit = exponent ? `0.${'1'.padStart(exponent, '0')}` : '1';
    return `when ${currency} in (${currencies.map(quoted).join(', ')}) then ${unit}`;
  });
  return `case when ${currency} = 'EUR' then 0.01 ${cases.join(' ')} else 0.01 end`;
}

/** Money from minor units (bigint) and a currency column; null where `isNull` says so. */
export function money(minor: Column, currency: Column, isNull?: Sql): FieldShape {
  const amount = (row: string) => [
    literal('"'),
    sql(`(${at(minor, row)}) * ${unitOf(at(currency, row))}`),
    literal('"'),
  ];
  return inline(
    {
      amount: { kind: 'value', column: minor, pieces: amount, cell: (row) => plainCell(amount(row)) },
      currency: code(currency),
    },
    isNull,
  );
}
