import type { Marketplace } from '../../commerce/marketplace.js';
import { quoted } from './json.js';
import type { Sql } from './shape.js';

/**
 * The limits of a shop's lanes as JSON in the form of the API, of a row that has its marketplace, `rate_limits` and
 * `observed_limits`. What holds is what `limitOf` of the HTTP client makes of the same figures.
 */
export function rateLimitsOf(marketplaces: readonly Marketplace[], rateScale: number): Sql {
  const declared = ({ lanes }: Marketplace) =>
    lanes.map(({ name, requests, windowMs, source }) => ({
      ...{ name, windowMs, source, documented: requests, scaled: Math.max(1, Math.floor(requests * rateScale)) },
    }));
  const cases = marketplaces.map(
    (one) => `when ${quoted(one.code)} then ${quoted(JSON.stringify(declared(one)))}::jsonb`,
  );
  if (!cases.length) return () => `'[]'::jsonb`;
  const share = Math.min(1, rateScale);
  return (row) => `(select coalesce(jsonb_agg(jsonb_build_object(
      'name', lane->'name', 'source', lane->'source',
      'requests', case
        when configured is not null then least((configured->>'requests')::numeric, (observed->>'requests')::numeric)
        when observed is not null then greatest(1, floor((observed->>'requests')::numeric * ${share}))
        else (lane->>'scaled')::numeric end,
      'windowMs', coalesce(nullif(configured->'windowMs', 'null'), lane->'windowMs'),
      'documentedRequests', lane->'documented', 'configuredRequests', configured->'requests',
      'observedRequests', observed->'requests', 'observedAt', observed->'at') order by place), '[]'::jsonb)
    from (select lane, place, ${row}.rate_limits->(lane->>'name') as configured, ${row}.observed_limits->(lane->>'name') as observed
      from jsonb_array_elements(case ${row}.marketplace ${cases.join(' ')} else '[]'::jsonb end) with ordinality as declared(lane, place)) lanes)`;
}
