import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Statement } from '../../../src/store/database.js';
import { alertDeliveryList, alertDeliveryWhere, alertList, alertWhere } from '../../../src/store/shapes/alert.js';
import { createCatalog } from '../../../src/store/shapes/catalog.js';
import { orderList, orderWhere, returnList, shipmentList, shipmentWhere } from '../../../src/store/shapes/filters.js';
import type { ListRead, ListShape } from '../../../src/store/shapes/list.js';
import { compileRead } from '../../../src/store/shapes/read.js';
import { salesList, salesRead } from '../../../src/store/shapes/sales.js';
import type { Selected, Selection } from '../../../src/store/shapes/selection.js';
import { fillWorld } from '../../bench/queries/world.js';
import { type Fresh, freshDatabase } from '../../setup/fresh.js';

let fresh: Fresh;
beforeAll(async () => {
  fresh = await freshDatabase();
  await fillWorld(fresh.url, 20_000, () => {});
  // most of them over and told, as after some years
  const instant = `timestamptz '2026-01-01' + at * interval '1 minute'`;
  for (const text of [
    `insert into alerts (kind, subject, severity, message, raised_at, state, resolved_at)
      select 'OVERSELL', 'sku:' || at, 'CRITICAL', 'm', ${instant}, case when at % 500 = 0 then 'OPEN' else 'RESOLVED' end,
        case when at % 500 = 0 then null else now() end
      from generate_series(1, 20000) at`,
    `insert into alert_deliveries (alert_id, event, payload, created_at, state, delivered_at)
      select id, 'RAISED', '{}', raised_at, case when id % 500 = 0 then 'FAILED' else 'DELIVERED' end,
        case when id % 500 = 0 then null else now() end from alerts`,
    'analyze alerts, alert_deliveries',
    `insert into customers (reference) select 'c' || at from generate_series(1, 20) at`,
    'update orders set customer_id = 1 + id % 20 where id % 10 < 5',
    'analyze orders',
  ]) {
    await fresh.db.run({ text });
  }
});
afterAll(() => fresh.close());

const id = { key: 'id', name: 'id', args: {}, nonNull: true, list: false, of: null };
const nodes = (type: string, field: Selected = id): Selection => ({
  abstract: false,
  variants: [
    {
      types: ['Connection'],
      fields: [
        { ...id, key: 'nodes', name: 'nodes', of: { abstract: true, variants: [{ types: [type], fields: [field] }] } },
      ],
    },
  ],
});
// the plans do not depend on the marketplaces' types
const catalog = {
  ...createCatalog([]),
  typeNames: { Order: { OTTO: 'OttoOrder' }, Shipment: { OTTO: 'OttoShipment' }, Return: { OTTO: 'OttoReturn' } },
};

/** Where a row's type depends on its marketplace, that of OTTO. */
const typeOf = ({ shape }: ListShape) => (shape in catalog.typeNames ? `Otto${shape}` : shape);

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly Plans?: readonly PlanNode[];
}

async function planOf({ text, values }: Statement): Promise<PlanNode[]> {
  const [row] = await fresh.db.run<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
    text: `explain (analyze, format json) ${text}`,
    values,
  });
  const flat = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)];
  return flat(row?.['QUERY PLAN'][0].Plan as PlanNode);
}

const read = (list: ListShape, field: string, where: ListRead['where'], after: string | null = null): ListRead => ({
  ...{ kind: 'list', list, where, field, descending: true },
  page: { size: 50, backward: false, cursor: after === null ? null : { value: after, id: '5' } },
});

describe('keyset lists read their index from the cursor on, and no more rows than the page', () => {
  const cases: [string, ListShape, string, ReturnType<typeof orderWhere>, string][] = [
    ['orders by date', orderList, 'ORDERED_AT', [], 'orders_ordered'],
    ['orders by change', orderList, 'CHANGED_AT', [], 'orders_changed'],
    ['fulfilled orders by date', orderList, 'FULFILLED_AT', [], 'orders_fulfilled'],
    ['what is to be packed', orderList, 'ORDERED_AT', orderWhere({ toShip: true }), 'orders_to_ship'],
    ['ready orders by date', orderList, 'ORDERED_AT', orderWhere({ fulfillmentStatuses: ['READY'] }), 'orders_status'],
    ['orders of a customer', orderList, 'ORDERED_AT', orderWhere({ customerIds: ['1'] }), 'orders_customer'],
    ['shipments by date', shipmentList, 'SHIPPED_AT', [], 'shipments_shipped'],
    ['alerts by date', alertList, 'RAISED_AT', [], 'alerts_raised'],
    ['open alerts by date', alertList, 'RAISED_AT', alertWhere({ states: ['OPEN'] }), 'alerts_state'],
    ['deliveries by date', alertDeliveryList, 'CREATED_AT', [], 'alert_deliveries_created'],
    [
      ...(['failed deliveries by date', alertDeliveryList, 'CREATED_AT'] as const),
      ...([alertDeliveryWhere({ states: ['FAILED'] }), 'alert_deliveries_state'] as const),
    ],
  ];
  for (const [name, list, field, where, index] of cases) {
    for (const cursor of [null, '2026-06-01T00:00:00Z']) {
      it(`${name}${cursor ? ', deep' : ''}`, async () => {
        const plan = await planOf(compileRead(catalog, nodes(typeOf(list)), read(list, field, where, cursor), false));
        const scans = plan.filter((node) => node['Relation Name'] === catalog.shapes.get(list.shape)?.table);
        expect(scans.map((node) => node['Index Name'])).toEqual([index]);
        expect(scans[0]?.['Actual Rows']).toBeLessThanOrEqual(51);
        expect(plan.map((node) => node['Node Type'])).not.toContain('Sort');
      });
    }
  }
});

describe('look-ups by a key', () => {
  it('of an order by its number and a shipment by its tracking number use their index', async () => {
    for (const [list, where, index] of [
      [orderList, orderWhere({ orderNumber: 'n77' }), 'orders_number'],
      [shipmentList, shipmentWhere({ trackingNumber: 'T77' }), 'shipments_tracking'],
    ] as const) {
      const field = Object.keys(list.sort)[0] as string;
      const plan = await planOf(compileRead(catalog, nodes(`Otto${list.shape}`), read(list, field, where), false));
      expect(plan.map((node) => node['Index Name'])).toContain(index);
    }
  });

  it('a list of returns without rows is answered, too', async () => {
    const all = read(returnList, 'CHANGED_AT', []);
    expect(await fresh.db.run(compileRead(catalog, nodes('OttoReturn'), all, false))).toEqual([
      { json: '{"nodes":[]}' },
    ]);
  });
});

describe('product sales', () => {
  it('of a range that cuts through days read no lines but those of its ends', async () => {
    const question = {
      ...{ filter: {}, zone: null, dimensions: [], edges: ['OTTO'], perSku: true, perCurrency: true },
      orderedAt: { from: new Date('2026-02-01T10:00:00Z'), to: new Date('2026-10-01T10:00:00Z') },
      days: { OTTO: { from: '2026-02-02', to: '2026-10-01' } },
    };
    const all = salesRead({
      ...{ question, list: salesList(question, { field: 'UNITS_SOLD', descending: true }), facts: () => null },
      ...{ page: { size: 20, after: null }, ordersPage: () => ({ size: 1, backward: false, cursor: null }) },
    });
    const sku = { ...id, key: 'sku', name: 'sku' };
    const names = { ...catalog.typeNames, ProductSales: { OTTO: 'OttoProductSales' } };
    const statement = compileRead({ ...catalog, typeNames: names }, nodes('OttoProductSales', sku), all, false);
    const orders = (await planOf(statement)).filter((node) => node['Relation Name'] === 'orders');
    const rows = orders.map((node) => node['Actual Rows'] ?? 0).reduce((sum, one) => sum + one, 0);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(200);
  });
});
