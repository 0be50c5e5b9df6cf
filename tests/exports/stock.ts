// Orders, parcels, returns and rejects with everything that a file can be broken by, stored by the engine's own way in.
import type { Order } from '../../src/commerce/order.js';
import type { Database } from '../../src/store/database.js';
import { writePage } from '../../src/store/pages.js';
import { address, addShop, line, mapped, order, pageOf, type TestShop } from '../store/shop.js';

/** Texts that a naive file is broken by, or a spreadsheet runs. */
export const nasty = [
  '=1+1',
  '+49 40 123',
  "-2+3+cmd|' /C calc'!A0",
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1+1',
  'Tisch, "groß"; Eiche',
  'two\r\nlines',
  'Straße 😀 ñ 漢字',
  '',
  ' =spaced',
  "'quoted",
  'null',
  'back\\slash',
];

export const guarded = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

export interface Stock {
  readonly shops: readonly TestShop[];
  readonly orders: readonly (Order & { readonly shop: TestShop })[];
}

const start = Date.UTC(2026, 2, 1);

function orderOf(at: number): Order {
  const text = nasty[at % nasty.length] as string;
  const lines = Array.from({ length: 1 + (at % 3) }, (_, no) => {
    const shipped = at % 2;
    return line({
      externalIds: [`o-${at}-${no}-a`, `o-${at}-${no}-b`],
      sku: no === 2 ? null : `SKU${(at + no) % 7}`,
      ean: `400${at}${no}`,
      title: text === '' ? 'plain' : text,
      quantity: { ordered: 2, shipped, cancelled: at % 5 === 0 ? 1 : 0, returned: 0, pending: 0 },
      unitPriceMinor: 1999 + at,
      vatRate: no ? '7.5' : null,
      shippedAt: shipped ? new Date(start + at * 3_600_000) : null,
    });
  });
  return order({
    externalId: `o-${at}`,
    // free text too, as far as we know
    orderNumber: text || `n-${at}`,
    orderedAt: new Date(start + Math.floor(at / 2) * 60_000),
    changedAt: new Date(start + at * 90_000),
    shipBy: at % 4 ? null : new Date(start + at * 3_600_000),
    shippingAddress: at % 6 ? { ...address(at % 2 ? 'DE' : 'AT'), name: text || null, lines: [text, 'c/o'] } : null,
    currency: at % 9 === 8 ? 'JPY' : 'EUR',
    lines,
  });
}

export async function fillStock(db: Database, size = 48): Promise<Stock> {
  const shops = [await addShop(db), await addShop(db)];
  await db.run({ text: `update shops set name = '=HYPERLINK("x")' where id = $1`, values: [shops[1]?.shop.id] });
  const orders = Array.from({ length: size }, (_, at) => ({ ...orderOf(at), shop: shops[at % 2] as TestShop }));
  for (const shop of shops) {
    const own = orders.filter((one) => one.shop === shop);
    await writePage(
      db,
      pageOf(
        shop,
        own.map(({ shop: _, ...noun }) => mapped(noun)),
      ),
    );
    const parcels = own
      .filter((_, at) => at % 2)
      .map((one, at) => ({
        externalId: `p-${one.externalId}`,
        shippedAt: new Date(start + at * 3_600_000),
        fulfilledBy: 'SELLER' as const,
        carrier: at % 3 ? '@carrier' : null,
        trackingNumber: at % 2 ? '-T1' : null,
        lines: [
          { orderExternalId: one.externalId, externalId: one.lines[0]?.externalIds[0] as string, quantity: 1 },
          { orderExternalId: 'not here yet', externalId: 'x', quantity: 3 },
        ],
        details: {},
      }));
    await writePage(
      db,
      pageOf(
        shop,
        parcels.map((noun) => mapped(noun)),
        { stream: 'SHIPMENTS' },
      ),
    );
    const returns = own.slice(0, 5).map((one, at) => ({
      ...{ externalId: `r-${one.externalId}`, status: 'ANNOUNCED' as const, changedAt: new Date(start + at * 1000) },
      ...{ carrier: null, trackingNumbers: at % 2 ? ['=T', 'U'] : [], details: {} },
      lines: [
        {
          ...{ orderExternalId: one.externalId, externalId: one.lines[0]?.externalIds[0] as string, ean: null },
          ...{ quantity: 1, accepted: 0, reason: at % 2 ? '+bad' : null },
        },
      ],
    }));
    await writePage(
      db,
      pageOf(
        shop,
        returns.map((noun) => mapped(noun)),
        { stream: 'RETURNS' },
      ),
    );
  }
  await db.run({
    text: `insert into rejects (shop_id, stream, external_id, record_key, reason, payload, mapping_version)
      select $1, 'ORDERS', 'x' || n, 'k' || n, '=reason ' || n, $2::json, 1 from generate_series(1, 50) n`,
    values: [shops[0]?.shop.id, '{\n  "a" : "x\\ny\\u0000",\r\n  "b": [1,  -2.50]\n}'],
  });
  return { shops, orders };
}
