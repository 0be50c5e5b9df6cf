import type { FulfillmentOverviewQuery } from '../../../sdk/index.js';
import { fulfillment } from '../groups.js';
import { panel } from '../panel.js';
import { Moment, Nothing, Scroll } from '../parts.js';
import { marketplaceText } from '../words.js';

export const shipped = panel<FulfillmentOverviewQuery>({
  id: 'shipped',
  title: 'Recently shipped',
  columns: 5,
  group: fulfillment,
  needsOrders: true,
  body({ shipments: { nodes, pageInfo } }, { now }) {
    if (nodes.length === 0) return <Nothing>Nothing was shipped in this time.</Nothing>;
    return (
      <>
        <Scroll label="Recently shipped parcels">
          <ol class="rows">
            {nodes.map((one) => (
              <li key={one.id} class="parcel">
                <div>
                  <strong>{one.orders.map(({ orderNumber }) => orderNumber).join(', ') || one.externalId}</strong>
                  <span class="aside">
                    {marketplaceText(one.marketplace)}
                    {one.fulfilledBy === 'MARKETPLACE' && ', by the marketplace'}
                  </span>
                </div>
                <div>
                  <Moment at={one.shippedAt} now={now} />
                  <span class="aside">
                    {one.carrier ?? 'carrier unknown'}{' '}
                    {one.trackingNumber ? <code>{one.trackingNumber}</code> : 'without tracking'}
                  </span>
                </div>
              </li>
            ))}
          </ol>
        </Scroll>
        {pageInfo.hasNextPage && <p class="more">The newest {nodes.length} are shown.</p>}
      </>
    );
  },
});
