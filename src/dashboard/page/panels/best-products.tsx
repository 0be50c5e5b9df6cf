import type { SalesOverviewQuery } from '../../../sdk/index.js';
import { sales } from '../groups.js';
import { panel } from '../panel.js';
import { Nothing, Share } from '../parts.js';
import { countText, moneyText } from '../words.js';

/** A row is of one SKU and one currency. */
export const bestProducts = panel<SalesOverviewQuery>({
  id: 'products',
  title: 'Best products',
  columns: 7,
  group: sales,
  needsOrders: true,
  body({ products: { nodes } }) {
    if (nodes.length === 0) return <Nothing>Nothing was sold in this time.</Nothing>;
    const most = Math.max(1, ...nodes.map(({ unitsSold }) => unitsSold));
    return (
      <table>
        <caption class="unseen">Products by units sold, most first</caption>
        <thead>
          <tr>
            <th scope="col">Product</th>
            <th scope="col" class="number">
              Units
            </th>
            <th scope="col" class="number wide-only">
              Returned
            </th>
            <th scope="col" class="number wide-only">
              Orders
            </th>
            <th scope="col" class="number">
              Gross revenue
            </th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((one) => (
            <tr key={`${one.sku} ${one.grossRevenue.currency}`}>
              <th scope="row" class="product">
                <span class="name">
                  <span class="clip">{one.title ?? 'without a title'}</span>
                  <code>{one.sku}</code>
                </span>
                <Share of={one.unitsSold / most} />
              </th>
              <td class="number">{countText(one.unitsSold)}</td>
              <td class="number wide-only">{countText(one.unitsReturned)}</td>
              <td class="number wide-only">{countText(one.orderCount)}</td>
              <td class="number">{moneyText(one.grossRevenue)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  },
});
