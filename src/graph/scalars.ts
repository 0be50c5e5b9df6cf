// The schema's own scalars. Rows come out of PostgreSQL in their final text, so serializing checks little and changes nothing.
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLCurrency, GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { isCountry } from '../commerce/country.js';

function textScalar(
  name: string,
  description: string,
  pattern: { test(text: string): boolean },
  what: string,
): GraphQLScalarType<string, string> {
  const parse = (value: unknown, node?: ValueNode): string => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new GraphQLError(`Not ${what}.`, { nodes: node });
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    serialize: (value) => String(value),
    parseValue: (value) => parse(value),
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null, node),
  });
}

function isCurrency(text: string): boolean {
  try {
    return GraphQLCurrency.parseValue(text) === text;
  } catch {
    return false;
  }
}

/** In: any RFC 3339 instant. Out: always `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  name: 'DateTime',
  description:
    'An instant. In: RFC 3339 with any offset, e.g. `2026-03-01T09:30:00+01:00`. Out: UTC with milliseconds, e.g. `2026-03-01T08:30:00.000Z`.',
});

export const Decimal = textScalar(
  'Decimal',
  'An exact decimal number as a string of digits, e.g. `"12.30"`. Never a float.',
  /^-?\d{1,18}(\.\d{1,18})?$/,
  'a decimal number as a string of digits, e.g. "12.30"',
);

export const CurrencyCode = new GraphQLScalarType({
  ...textScalar(
    'CurrencyCode',
    'An ISO 4217 currency code, e.g. `EUR`.',
    { test: isCurrency },
    'a currency of ISO 4217, e.g. "EUR"',
  ).toConfig(),
  specifiedByURL: GraphQLCurrency.specifiedByURL,
});

export const CountryCode = textScalar(
  'CountryCode',
  'An ISO 3166-1 alpha-2 country code in capitals, e.g. `DE`.',
  { test: isCountry },
  'a country of ISO 3166-1, as its alpha-2 code in capitals, e.g. "DE" or "GB"',
);

/** A calendar day without a time of day. */
export const CalendarDay = textScalar(
  'CalendarDay',
  'A calendar day, e.g. `2026-03-01`. In which time zone stands at the field.',
  /^\d{4}-\d{2}-\d{2}$/,
  'a calendar day, e.g. "2026-03-01"',
);

export const JSONValue = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value. Where it holds a record, as the marketplace sent it.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
});
