// What several panels show is asked for once.
import {
  type Client,
  FulfillmentOverviewDocument,
  type FulfillmentOverviewQueryVariables,
  type Marketplace,
  OpenAlertsDocument,
  SalesOverviewDocument,
  type SalesOverviewQueryVariables,
  ShopHealthDocument,
  type ShopHealthQuery,
} from '../../sdk/index.js';
import { group, type View } from './data.js';
import type { Span } from './filters.js';

interface Where {
  readonly shopIds?: string[];
  readonly marketplaces?: Marketplace[];
}

/** The filters of the page, for the `where` of every list. */
export function whereOf({ filters: { shop, marketplace } }: View): Where {
  return {
    ...(shop && { shopIds: [shop] }),
    ...(marketplace && { marketplaces: [marketplace as Marketplace] }),
  };
}

/**
 * The same for lists that know shops, and no marketplaces: the shops of the marketplace. Null as long as the shops are not
 * known.
 */
export function shopIdsOf({ filters: { shop, marketplace }, shops }: View): { shopIds?: string[] } | null {
  if (shop) return { shopIds: [shop] };
  if (!marketplace) return {};
  return shops && { shopIds: shops.filter((one) => one.marketplace === marketplace).map(({ id }) => id) };
}

/** The shop of direct orders has no streams: nothing is read of it. */
export const isRead = ({ streams }: ShopState): boolean => streams.length > 0;

const spanOf = ({ from, to }: Span): Span => ({ from, to });

export const salesWhere = (view: View) => ({ ...whereOf(view), orderedAt: spanOf(view.period) });

export const sales = group(
  'sales',
  (view): SalesOverviewQueryVariables => ({
    where: salesWhere(view),
    before: { ...whereOf(view), orderedAt: view.period.before },
  }),
  (client, variables) => client.request(SalesOverviewDocument, variables),
);

export const fulfillment = group(
  'fulfillment',
  (view): FulfillmentOverviewQueryVariables => {
    const where = { ...whereOf(view), fulfilledBy: 'SELLER' as const };
    return {
      ready: { ...where, fulfillmentStatuses: ['READY'] },
      partly: { ...where, fulfillmentStatuses: ['PARTIALLY_FULFILLED'], toShip: true },
      toPick: { ...where, toShip: true },
      shipments: { ...whereOf(view), shippedAt: spanOf(view.period) },
      toPickFirst: 20,
      shippedFirst: 20,
    };
  },
  (client, variables) => client.request(FulfillmentOverviewDocument, variables),
);

/** What somebody must look at, or looks after already. */
export const openAlerts = group('alerts', shopIdsOf, (client, variables) =>
  client.request(OpenAlertsDocument, { ...variables, first: 50 }),
);

export type ShopState = ShopHealthQuery['shops']['nodes'][number];

export interface Health {
  /** When the newest order was placed; null: there is none. */
  readonly newestOrderAt: string | null;
  /** Oldest first. */
  readonly shops: readonly ShopState[];
  /** More than `shops` holds, where there are very many. */
  readonly shopCount: number;
}

/** Shops that are asked for at most: five pages. */
const pagesMax = 5;

async function shopHealth(client: Client): Promise<Health> {
  const shops: ShopState[] = [];
  let after: string | null = null;
  for (let page = 1; ; page += 1) {
    const answer: ShopHealthQuery = await client.request(ShopHealthDocument, { after });
    const { nodes, totalCount, pageInfo } = answer.shops;
    shops.push(...nodes);
    after = pageInfo.endCursor;
    if (pageInfo.hasNextPage && page < pagesMax) continue;
    return { newestOrderAt: answer.anyOrder.nodes[0]?.orderedAt ?? null, shops, shopCount: totalCount };
  }
}

export const health = group('health', () => ({}), shopHealth);
