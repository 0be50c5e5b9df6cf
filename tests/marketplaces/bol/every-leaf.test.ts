// Every member of what bol sends of a shipment, an order and a return is stored, and can be asked for in the API.
import { type GraphQLSchema, getNamedType, isLeafType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/commerce/json.js';
import type { Stream } from '../../../src/commerce/marketplace.js';
import { buildGraph } from '../../../src/graph/schema.js';
import { bol } from '../../../src/marketplaces/bol/index.js';
import { writePage } from '../../../src/store/pages.js';
import { ask, type World } from '../../graph/world.js';
import { type Fresh, freshDatabase } from '../../setup/fresh.js';
import { addShop, mapped, pageOf, type TestShop } from '../../store/shop.js';
import { samplesOf, streamOf } from '../samples.js';
import { tables } from './table.js';
import { filled, leavesOf, vendorSchema } from './vendor.js';

let fresh: Fresh;
let shop: TestShop;
let schema: GraphQLSchema;
beforeAll(async () => {
  fresh = await freshDatabase();
  const added = await addShop(fresh.db);
  shop = { ...added, shop: { ...added.shop, marketplace: 'BOL', zone: bol.zone } };
  await fresh.db.run({ text: `update shops set marketplace = 'BOL' where id = $1`, values: [shop.shop.id] });
  schema = await buildGraph({ marketplaces: [bol] });
});
afterAll(() => fresh.close());

/** The type at the end of a path of fields. */
function typeAt(type: string, path: string) {
  return path.split('.').reduce((at, field) => {
    const found = isObjectType(at) ? at.getFields()[field] : undefined;
    if (!found) throw new Error(`${type} has no ${path}`);
    return getNamedType(found.type);
  }, schema.getType(type));
}

/** `a.b`, `a.c` → `a { b c }`. An amount of money is an object with its text. */
function selection(type: string, paths: readonly string[]): string {
  const tree: { [field: string]: object } = {};
  for (const path of paths) {
    const fields = typeAt(type, path)?.name === 'Money' ? [...path.split('.'), 'amount'] : path.split('.');
    fields.reduce<{ [field: string]: object }>((at, field) => {
      at[field] ??= {};
      return at[field] as { [field: string]: object };
    }, tree);
  }
  const print = (at: object): string =>
    Object.entries(at)
      .map(([field, inner]) => (Object.keys(inner).length ? `${field} { ${print(inner)} }` : field))
      .join(' ');
  return print(tree);
}

/** All values at a path, through lists. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [field, ...rest] = path;
  return field === undefined ? [value] : valuesAt((value as Record<string, unknown>)[field], rest);
}

/** What bol wrote, as the API writes it. */
function inApiForm(value: unknown, kind: string | undefined): unknown {
  if (kind === 'Money') return { amount: (value as number).toFixed(2) };
  return kind === 'DateTime' ? new Date(value as string).toISOString() : value;
}

const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();

describe.each(tables)('$vendorName', ({ stream: name, vendorName, type, list, table }) => {
  const stream: Stream = streamOf(bol, name);

  /** Stores the payload as the engine does, and asks for every member that the table knows. */
  async function expectAll(payload: Json): Promise<void> {
    const noun = stream.map(payload);
    await writePage(fresh.db, pageOf(shop, [mapped(noun)], { stream: name }));
    const world = { db: fresh.db, schema } as unknown as World;
    const query = `{ ${list}(first: 50) { nodes { externalId ... on ${type} { ${selection(type, Object.values(table))} } } } }`;
    const { data, errors } = await ask(world, query);
    expect(errors).toEqual([]);
    const answer = data[list].nodes.find(({ externalId }: { externalId: string }) => externalId === noun.externalId);
    for (const [from, to] of Object.entries(table)) {
      const kind = typeAt(type, to)?.name;
      const sent = valuesAt(payload, from.split('.')).map((value) => inApiForm(value, kind));
      const told = valuesAt(answer, to.split('.'));
      if (sent.length === 0) continue;
      // each line names the shipment's one order; units that bol leaves out are told as 0
      const padding = to === 'lines.orderExternalId' ? sent[0] : 0;
      const padded = Array.from({ length: Math.max(sent.length, told.length) }, (_, at) => sent[at] ?? padding);
      expect(sorted(told), `${from} → ${to}`).toEqual(sorted(padded));
    }
  }

  it('has a place in the schema for every member of the table', () => {
    for (const to of Object.values(table)) {
      const found = typeAt(type, to);
      expect(isLeafType(found) || found?.name === 'Money', to).toBe(true);
    }
  });

  it('leaves out no member of our own samples', () => {
    const known = new Set(Object.keys(table));
    const leaves = (value: Json, path: string): string[] => {
      if (Array.isArray(value)) return value.flatMap((item) => leaves(item, path));
      if (value === null || typeof value !== 'object') return [path];
      return Object.entries(value).flatMap(([member, inner]) => leaves(inner, path ? `${path}.${member}` : member));
    };
    const samples = samplesOf(bol).filter(({ stream: of, expected }) => of === name && expected !== undefined);
    const missing = samples.flatMap(({ payload }) => leaves(payload, '')).filter((path) => !known.has(path));
    // what bol may add one day is no business of ours until it does
    expect(missing.filter((path) => !path.startsWith('memberOfTomorrow'))).toEqual([]);
  });

  it.skipIf(!vendorSchema)("leaves out no member of the vendor's schema, and knows no other", () => {
    const leaves = leavesOf(vendorSchema as NonNullable<typeof vendorSchema>, vendorName).map(({ path }) => path);
    expect(Object.keys(table).sort()).toEqual(leaves.sort());
  });

  it.skipIf(!vendorSchema)("tells every value of a record filled after the vendor's schema", async () => {
    const vendor = vendorSchema as NonNullable<typeof vendorSchema>;
    await expectAll(filled(vendor, vendorName) as Json);
  });

  it('tells every value of our samples', async () => {
    for (const sample of samplesOf(bol)) {
      if (sample.stream === name && sample.expected !== undefined) await expectAll(sample.payload);
    }
  });
});
