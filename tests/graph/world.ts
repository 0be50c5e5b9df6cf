// A small world on a real database: two marketplaces, three shops, orders with ties, several currencies, parcels with
// lines of two orders, returns. Stored by the engine's own way in, asked in both ways of the executor.
import { type GraphQLSchema, getOperationAST, parse, validate } from 'graphql';
import { Field, ObjectType } from 'type-graphql';
import { expect } from 'vitest';
import { globalId } from '../../src/commerce/id.js';
import type { Marketplace } from '../../src/commerce/marketplace.js';
import type { Order as CanonicalOrder, OrderLine } from '../../src/commerce/order.js';
import type { Return as CanonicalReturn } from '../../src/commerce/return.js';
import type { Shipment as CanonicalShipment } from '../../src/commerce/shipment.js';
import type { Context } from '../../src/graph/context.js';
import { createExecutor, JsonText } from '../../src/graph/executor.js';
import { Order } from '../../src/graph/order.js';
import { Return } from '../../src/graph/return.js';
import { ProductSales } from '../../src/graph/sales.js';
import { buildGraph } from '../../src/graph/schema.js';
import { Shipment } from '../../src/graph/shipment.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import type { Database } from '../../src/store/database.js';
import { writePage } from '../../src/store/pages.js';
import { address, addShop, line, mapped, order, pageOf, type TestShop } from '../store/shop.js';

@ObjectType({ implements: Order, description: 'A test order.' })
class BolOrder extends Order {
  @Field(() => Boolean, { nullable: true, description: 'A field that only it has.' })
  pickup!: boolean | null;

  @Field(() => String, { description: 'Promised, but kept back by one order.' })
  promise!: string;
}
@ObjectType({ implements: Shipment, description: 'A test shipment.' })
class BolShipment extends Shipment {}
@ObjectType({ implements: Return, description: 'A test return.' })
class BolReturn extends Return {}
@ObjectType({ implements: ProductSales, description: 'Test sales.' })
class BolProductSales extends ProductSales {}

const otto = marketplaces[0] as Marketplace;
/** A second marketplace, with types of its own, in a time zone of its own. */
const bol: Marketplace = {
  ...otto,
  id: 'bol',
  code: 'BOL',
  title: 'Test',
  zone: 'Europe/London',
  types: {
    order: BolOrder,
    shipment: BolShipment,
    return: BolReturn,
    productSales: BolProductSales,
    credentials: otto.types.credentials,
  },
};

export interface StoredOrder extends CanonicalOrder {
  readonly id: string;
  readonly shop: TestShop;
}

export interface World {
  readonly db: Database;
  readonly schema: GraphQLSchema;
  readonly shops: readonly TestShop[];
  readonly orders: readonly StoredOrder[];
  readonly shipments: readonly (CanonicalShipment & { shop: TestShop })[];
  readonly returns: readonly (CanonicalReturn & { shop: TestShop })[];
}

export const shopId = ({ shop }: TestShop): string => globalId('Shop', shop.id);

const skus = ['LAMP', 'TABLE', 'CHAIR', 'VASE "x"', 'Ü-ÄÖ', null] as const;
const countries = ['DE', 'AT', 'NL', null] as const;
const start = Date.parse('2026-03-27T20:00:00Z');
const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;

/** Three orders at a time share their instant; the second hour of each day is the one that zones disagree about. */
export function orderOf(at: number): CanonicalOrder {
  const lines = Array.from({ length: 1 + (at % 3) }, (_, no): OrderLine => {
    const ordered = 1 + ((at + no) % 4);
    const cancelled = (at + no) % 5 === 0 ? ordered : (at + no) % 7 === 0 ? 1 : 0;
    const shipped = at % 2 ? ordered - cancelled : 0;
    return line({
      externalIds: Array.from({ length: ordered }, (_unit, unit) => `o-${at}-${no}-${unit}`),
      sku: pick(skus, at + no * 2),
      // the first and the third line of an order are of the same product
      ean: `00${at}${no % 2}`,
      title: `${pick(skus, at + no * 2) ?? 'nameless'} of ${at}`,
      fulfilledBy: at % 11 === 0 ? 'MARKETPLACE' : 'SELLER',
      quantity: { ordered, cancelled, shipped, returned: shipped && at % 6 === 1 ? 1 : 0, pending: 0 },
      unitPriceMinor: 999 + at * 10 + no,
      // where there are several units, a discount of one cent that does not divide by them
      totalMinor: (ordered - cancelled) * (999 + at * 10 + no) - (ordered - cancelled > 1 ? 1 : 0),
      vatRate: no ? '7.5' : '19',
      shippedAt: shipped ? new Date(start + at * 3_600_000 + no * 60_000) : null,
    });
  });
  const country = pick(countries, at);
  return order({
    externalId: `o-${at}`,
    orderNumber: `n-${at % 40}`,
    orderedAt: new Date(start + Math.floor(at / 3) * 5_400_000),
    changedAt: new Date(start + (at % 17) * 7_200_000),
    shipBy: at % 4 ? null : new Date(start + at * 3_600_000),
    shippingAddress: country ? address(country) : null,
    currency: at % 13 === 5 ? 'JPY' : at % 13 === 7 ? 'GBP' : 'EUR',
    lines,
  });
}

function detailsOf(marketplace: string, at: number) {
  if (marketplace === 'BOL') return { pickup: at % 2 === 0, ...(at === 32 ? {} : { promise: `kept ${at}` }) };
  const money = { amount: '4.90', currency: 'EUR' };
  return {
    ...{ lastModifiedAt: '2026-03-28T10:00:00.000Z', paymentMethod: at % 2 ? 'PAYPAL' : null, suspectedFraud: null },
    ...{ deliveryContact: at % 3 ? null : { email: `a${at}@example.org`, phoneNumber: null }, discounts: [] },
    deliveryFees:
      at % 4 ? [] : [{ name: 'DELIVERY_FEE_STANDARD', amount: money, vatRate: '19', positionItemIds: ['1'] }],
    positionItems: [],
  };
}

/** `make` gives the orders, by their number. */
export async function createWorld(db: Database, size = 60, make = orderOf): Promise<World> {
  const shops = [await addShop(db), await addShop(db), await addShop(db)].map((one, at): TestShop => {
    return at < 2 ? one : { ...one, shop: { ...one.shop, marketplace: 'BOL', zone: bol.zone } };
  });
  await db.run({ text: `update shops set marketplace = 'BOL' where id = $1`, values: [shops[2]?.shop.id] });
  const orders: StoredOrder[] = [];
  for (let at = 0; at < size; at++) {
    const shop = pick(shops, at % 5);
    orders.push({ ...make(at), details: detailsOf(shop.shop.marketplace, at), id: '', shop });
  }
  const shipments = orders.flatMap((one, at) => shipmentOf(orders, one, at));
  const returns = orders.flatMap((one, at) => returnOf(one, at));
  for (const shop of shops) {
    const own = <T extends { shop: TestShop }>(all: readonly T[]) =>
      all.filter((one) => one.shop === shop).map(({ shop: _, ...noun }) => mapped(noun as never));
    await writePage(db, pageOf(shop, own(orders)));
    await writePage(db, pageOf(shop, own(shipments), { stream: 'SHIPMENTS' }));
    await writePage(db, pageOf(shop, own(returns), { stream: 'RETURNS' }));
  }
  const ids = await db.run<{ id: string; key: string }>({
    text: `select id, shop_id || ' ' || external_id as key from orders`,
  });
  const idOf = new Map(ids.map(({ id, key }) => [key, id]));
  return {
    db,
    schema: await buildGraph({ marketplaces: [otto, bol] }),
    shops,
    orders: orders.map((one) => ({
      ...one,
      id: globalId('Order', idOf.get(`${one.shop.shop.id} ${one.externalId}`) as string),
    })),
    shipments,
    returns,
  };
}

/** Odd orders were shipped; every other parcel also takes along a unit of the order that follows in the same shop. */
function shipmentOf(orders: readonly StoredOrder[], one: StoredOrder, at: number) {
  const units = one.lines.filter(({ quantity }) => quantity.shipped);
  if (!units.length) return [];
  const next = at % 4 === 1 ? orders[at + 5] : undefined;
  const lines = [...units, ...(next ? [next.lines[0] as OrderLine] : [])].map((unit, no) => ({
    orderExternalId: no < units.length ? one.externalId : (next?.externalId as string),
    externalId: unit.externalIds[0] as string,
    quantity: 1,
  }));
  const shippedAt = new Date(start + Math.floor(at / 4) * 7_200_000);
  const details = { createdAt: null, state: 'SENT', deliveredAt: null, states: [], shipFrom: null, items: [] };
  const trackingNumber = at % 3 ? `T${at}` : null;
  return [
    {
      ...{ externalId: `s-${at}`, shippedAt, fulfilledBy: 'SELLER' as const, carrier: at % 3 ? 'DHL' : null },
      ...{ trackingNumber, lines, details, shop: one.shop },
    },
  ];
}

function returnOf(one: StoredOrder, at: number) {
  if (at % 6 !== 1) return [];
  const [line] = one.lines as [OrderLine, ...OrderLine[]];
  // some name the unit, others the product
  const named =
    at % 12 === 7
      ? { externalId: `rma-${at}`, ean: line.ean }
      : { externalId: line.externalIds[0] as string, ean: null };
  const details = { orderNumber: one.orderNumber, condition: null, reason: null, ottoWarehouseId: null };
  // one return names an order that was never seen
  const orderExternalId = at === 13 ? 'unknown' : one.externalId;
  return [
    {
      ...{
        externalId: `r-${at}`,
        status: 'ANNOUNCED' as const,
        changedAt: new Date(start + at * 60_000),
        carrier: null,
      },
      ...{ trackingNumbers: at % 4 ? ['R1', 'R2'] : [], details, shop: one.shop },
      lines: [
        {
          orderExternalId,
          ...named,
          quantity: 1,
          accepted: at % 12 === 7 ? 1 : 0,
          reason: at % 4 ? 'too "small"' : null,
        },
      ],
    },
  ];
}

export interface Told {
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  readonly data: any;
  readonly errors: readonly { message: string; path?: readonly unknown[]; extensions: { code?: string } }[];
  /** SQL statements that the answer took. */
  readonly statements: number;
  /** Did the text of PostgreSQL go straight through? */
  readonly straight: boolean;
}

/** Executes in both ways, expects the same answer, and returns it. */
export async function ask(world: World, source: string, variables = {}, operationName?: string): Promise<Told> {
  const document = parse(source);
  expect(validate(world.schema, document)).toEqual([]);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('no operation');
  const request = { document, operation, operationName, variables, context: { db: world.db } as Context };
  const before = world.db.statements.count;
  const first = await createExecutor(world.schema)(request);
  const statements = world.db.statements.count - before;
  const second = await createExecutor(world.schema, { texts: false })(request);
  const straight = (first.data as unknown) instanceof JsonText;
  const [told, other] = [first, second].map((result) => JSON.parse(JSON.stringify(result)));
  expect(told).toEqual(other);
  // the order of the keys is part of the answer
  expect(JSON.stringify(told.data)).toBe(JSON.stringify(other.data));
  return { data: told.data, errors: told.errors ?? [], statements, straight };
}
