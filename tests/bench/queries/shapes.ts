// The four questions: as GraphQL, and as the statement that a good engineer would write by hand for the same answer.

export interface Question {
  readonly name: string;
  readonly query: string;
  readonly variables: (place: number) => Record<string, unknown>;
  readonly sql: string;
  readonly values: (place: number) => unknown[];
}

export interface Asked {
  readonly orderIds: readonly string[];
  readonly cursors: readonly { readonly orderedAt: string; readonly id: string }[];
}

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const money = (minor: string, currency: string) =>
  `json_build_object('amount', (${minor} * 0.01)::text, 'currency', ${currency})`;

const orderFields = `id orderNumber orderedAt fulfillmentStatus totalGross { amount currency }
  lines { id sku title quantity { ordered open } unitPriceGross { amount currency } }`;
const orderJson = `json_build_object('id', 'ord_' || o.id, 'orderNumber', o.order_number, 'orderedAt', ${iso('o.ordered_at')},
  'fulfillmentStatus', o.fulfillment_status, 'totalGross', ${money('o.total_minor', 'o.currency')},
  'lines', (select coalesce(json_agg(json_build_object('id', 'lin_' || l.order_id || '_' || l.line_no, 'sku', l.sku,
      'title', l.title, 'quantity', json_build_object('ordered', l.ordered, 'open', l.ordered - l.shipped - l.cancelled),
      'unitPriceGross', ${money('l.unit_price_minor', 'o.currency')}) order by l.line_no), '[]')
    from order_lines l where l.order_id = o.id))`;

/** One order with its lines, its shipments, their lines and what these are of. */
const oneOrderSql = `select json_build_object('order', json_build_object('id', 'ord_' || o.id,
  'orderNumber', o.order_number, 'orderedAt', ${iso('o.ordered_at')}, 'fulfillmentStatus', o.fulfillment_status,
  'totalGross', ${money('o.total_minor', 'o.currency')},
  'lines', (select coalesce(json_agg(json_build_object('id', 'lin_' || l.order_id || '_' || l.line_no, 'sku', l.sku,
      'title', l.title, 'quantity', json_build_object('ordered', l.ordered, 'open', l.ordered - l.shipped - l.cancelled),
      'unitPriceGross', ${money('l.unit_price_minor', 'o.currency')}) order by l.line_no), '[]')
    from order_lines l where l.order_id = o.id),
  'shipments', (select coalesce(json_agg(json_build_object('id', 'shi_' || s.id, 'shippedAt', ${iso('s.shipped_at')},
      'carrier', s.carrier, 'trackingNumber', s.tracking_number,
      'lines', (select coalesce(json_agg(json_build_object('quantity', sl.quantity, 'orderLine',
          (select json_build_object('id', 'lin_' || l.order_id || '_' || l.line_no, 'sku', l.sku, 'title', l.title)
            from orders x join order_lines l on l.order_id = x.id where x.shop_id = sl.shop_id
              and x.external_id = sl.order_external_id and sl.external_id = any(l.external_ids) limit 1))
          order by sl.line_no), '[]') from shipment_lines sl where sl.shipment_id = s.id)) order by s.shipped_at, s.id), '[]')
    from shipments s where s.id in (select k.shipment_id from shipment_lines k
      where k.shop_id = o.shop_id and k.order_external_id = o.external_id))))::text as json
  from orders o where o.id = $1`;

const listQuery = `query ($after: String) { orders(first: 50, after: $after) { nodes { ${orderFields} } pageInfo { hasNextPage } } }`;
const listSql = (where: string) => `select json_build_object('orders', json_build_object(
    'nodes', coalesce(json_agg(node) filter (where place <= 50), '[]'),
    'pageInfo', json_build_object('hasNextPage', count(*) > 50)))::text as json
  from (select ${orderJson} as node, row_number() over () as place
    from (select * from orders ${where} order by ordered_at desc, id desc limit 51) o) page`;

const cursorOf = ({ orderedAt, id }: { orderedAt: string; id: string }) =>
  Buffer.from(`orders.ORDERED_AT.DESC ${orderedAt} ${id}`).toString('base64url');

export function questions({ orderIds, cursors }: Asked): readonly Question[] {
  const pick = <T>(list: readonly T[], place: number) => list[place % list.length] as T;
  return [
    {
      name: 'list of 50 orders with lines',
      query: listQuery,
      variables: () => ({}),
      sql: listSql(''),
      values: () => [],
    },
    {
      name: 'one order, 3 levels',
      query: `query ($id: ID!) { order(id: $id) { ${orderFields} shipments { id shippedAt carrier trackingNumber
        lines { quantity orderLine { id sku title } } } } }`,
      variables: (place) => ({ id: `ord_${pick(orderIds, place)}` }),
      sql: oneOrderSql,
      values: (place) => [pick(orderIds, place)],
    },
    {
      name: '100 shipments, 3 levels',
      query: `{ shipments(first: 100) { nodes { id externalId shippedAt carrier trackingNumber
        lines { quantity order { id orderNumber orderedAt fulfillmentStatus } } } } }`,
      variables: () => ({}),
      sql: `select json_build_object('shipments', json_build_object('nodes', coalesce(json_agg(node), '[]')))::text as json
        from (select json_build_object('id', 'shi_' || s.id, 'externalId', s.external_id, 'shippedAt', ${iso('s.shipped_at')},
            'carrier', s.carrier, 'trackingNumber', s.tracking_number,
            'lines', (select coalesce(json_agg(json_build_object('quantity', l.quantity, 'order',
                case when o.id is not null then json_build_object('id', 'ord_' || o.id, 'orderNumber', o.order_number,
                  'orderedAt', ${iso('o.ordered_at')}, 'fulfillmentStatus', o.fulfillment_status) end)
                order by l.line_no), '[]')
              from shipment_lines l left join orders o on o.shop_id = l.shop_id and o.external_id = l.order_external_id
              where l.shipment_id = s.id)) as node
          from (select * from shipments order by shipped_at desc, id desc limit 100) s) page`,
      values: () => [],
    },
    {
      name: 'deep keyset page of 50',
      query: listQuery,
      variables: (place) => ({ after: cursorOf(pick(cursors, place)) }),
      sql: listSql(
        `where (ordered_at, id) < (timestamptz 'epoch' + $1::bigint * interval '1 microsecond', $2::bigint)`,
      ),
      values: (place) => [pick(cursors, place).orderedAt, pick(cursors, place).id],
    },
  ];
}
