import type { FulfillmentOverviewQuery } from '../../../sdk/index.js';
import { fulfillment } from '../groups.js';
import { type Desk, panel } from '../panel.js';
import { Ago, Badge, Moment, Nothing, Scroll } from '../parts.js';
import { countryText, countText, marketplaceText, some } from '../words.js';

type Order = FulfillmentOverviewQuery['toPick']['nodes'][number];
type Line = Order['lines'][number];

/** Units to take from the shelf: open, the seller's own, and not held back by the marketplace. */
const unitsToPick = ({ fulfilledBy, quantity }: Line): number =>
  fulfilledBy === 'SELLER' ? quantity.open - quantity.pending : 0;

/** Orders of which the seller has something to ship; of some only the marketplace's part is still open. */
export const ordersToPick = ({ toPick }: FulfillmentOverviewQuery): Order[] =>
  toPick.nodes.filter(({ lines }) => lines.some((line) => unitsToPick(line) > 0));

const dayMs = 86_400_000;

function ShipBy({ at, now }: { at: string; now: number }) {
  const left = Date.parse(at) - now;
  return (
    <Badge tone={left < 0 ? 'bad' : left < dayMs ? 'warn' : 'calm'}>
      {left < 0 ? 'late, was due ' : 'ship by '}
      <Moment at={at} now={now} />
    </Badge>
  );
}

function ToPick({ order, desk: { now } }: { order: Order; desk: Desk }) {
  const { name, city, country } = order.shippingAddress ?? {};
  const place = [name, city, country && countryText(country)].filter(Boolean).join(', ');
  return (
    <li class="order">
      <div class="order-head">
        <strong>{order.orderNumber}</strong>
        {order.fulfillmentStatus === 'PARTIALLY_FULFILLED' && <Badge tone="warn">partly shipped</Badge>}
        {order.shipBy && <ShipBy at={order.shipBy} now={now} />}
        <span class="aside clip">
          ordered <Ago at={order.orderedAt} now={now} /> · {marketplaceText(order.marketplace)} · {order.shop.name}
        </span>
        {place && <span class="aside clip">to {place}</span>}
      </div>
      <ul class="lines" aria-label={`To pick for order ${order.orderNumber}`}>
        {order.lines
          .filter((line) => unitsToPick(line) > 0)
          .map((line, at) => (
            <li key={`${line.sku} ${at}`}>
              <span class="number">
                <span class="unseen">{some(unitsToPick(line), 'unit')} of </span>
                <span aria-hidden="true">{countText(unitsToPick(line))} ×</span>
              </span>
              <code>{line.sku ?? 'no SKU'}</code>
              <span class="clip">{line.title}</span>
            </li>
          ))}
      </ul>
    </li>
  );
}

export const toShip = panel<FulfillmentOverviewQuery>({
  id: 'to-ship',
  title: 'Ready to ship',
  columns: 7,
  group: fulfillment,
  needsOrders: true,
  controls: (data) =>
    data && (
      <span class="aside">
        {countText(data.ready.totalCount)} ready, {countText(data.partly.totalCount)} partly shipped · oldest first
      </span>
    ),
  body(data, desk) {
    const orders = ordersToPick(data);
    if (orders.length === 0) return <Nothing>Nothing waits to be packed.</Nothing>;
    return (
      <>
        <Scroll label="Orders that are ready to ship">
          <ol class="rows">
            {orders.map((order) => (
              <ToPick key={order.id} order={order} desk={desk} />
            ))}
          </ol>
        </Scroll>
        {data.toPick.pageInfo.hasNextPage && <p class="more">The oldest {orders.length} are shown.</p>}
      </>
    );
  },
});
