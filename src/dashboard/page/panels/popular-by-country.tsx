import {
  PopularByCountryDocument,
  type PopularByCountryQuery,
  type PopularByCountryQueryVariables,
} from '../../../sdk/index.js';
import { group } from '../data.js';
import { salesWhere } from '../groups.js';
import { panel } from '../panel.js';
import { Nothing, Share } from '../parts.js';
import { countryText, countText, some } from '../words.js';

const popular = group(
  'popular',
  (view): PopularByCountryQueryVariables => ({ where: salesWhere(view), country: view.filters.country, first: 10 }),
  (client, variables) => client.request(PopularByCountryDocument, variables),
);

/** Units per country over all currencies, most first. Orders whose address is kept back have no country. */
function countriesOf({ countries }: PopularByCountryQuery): [country: string, units: number][] {
  const units = new Map<string, number>();
  for (const { country, unitsSold } of countries.nodes) {
    if (country !== null) units.set(country, (units.get(country) ?? 0) + unitsSold);
  }
  return [...units].sort((a, b) => b[1] - a[1]);
}

export const popularByCountry = panel<PopularByCountryQuery>({
  id: 'popular',
  title: 'Popular SKUs',
  columns: 5,
  group: popular,
  needsOrders: true,
  controls(data, { view: { filters }, choose }) {
    const countries = data ? countriesOf(data) : [];
    const chosen = filters.country;
    return (
      <label class="labelled">
        <span class="unseen">Country of the popular SKUs</span>
        <select value={chosen ?? ''} onChange={({ currentTarget }) => choose({ country: currentTarget.value || null })}>
          <option value="">All countries</option>
          {countries.map(([country, units]) => (
            <option key={country} value={country}>
              {countryText(country)} ({some(units, 'unit')})
            </option>
          ))}
          {chosen !== null && !countries.some(([country]) => country === chosen) && (
            <option value={chosen}>{countryText(chosen)}</option>
          )}
        </select>
      </label>
    );
  },
  body({ popularSkus }, { view: { filters } }) {
    if (popularSkus.length === 0) {
      const where = filters.country ? ` to ${countryText(filters.country)}` : '';
      return <Nothing>Nothing was sold{where} in this time.</Nothing>;
    }
    const most = Math.max(1, ...popularSkus.map(({ unitsSold }) => unitsSold));
    return (
      <table>
        <caption class="unseen">
          SKUs by units sold, {filters.country ? countryText(filters.country) : 'all countries'}
        </caption>
        <thead>
          <tr>
            <th scope="col">SKU</th>
            <th scope="col" class="number">
              Orders
            </th>
            <th scope="col" class="number">
              Units
            </th>
          </tr>
        </thead>
        <tbody>
          {popularSkus.map((one) => (
            <tr key={one.sku}>
              <th scope="row" class="product">
                <span class="name">
                  <code class="first">{one.sku}</code>
                  <span class="clip aside">{one.title ?? 'without a title'}</span>
                </span>
                <Share of={one.unitsSold / most} />
              </th>
              <td class="number">{countText(one.orderCount)}</td>
              <td class="number">{countText(one.unitsSold)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  },
});
