import { shopPageParts, shopParts } from './fragments.js';
import { totalCount } from './orders.js';
import { type Route, userErrors } from './route.js';

const shopAdd: Route = {
  method: 'POST',
  path: '/shops',
  tag: 'Shops',
  title: 'Adds a shop',
  description:
    'A marketplace account, which is read from now on. It does not wait for the marketplace: credentials that turn out wrong make the shop NEEDS_CREDENTIALS.',
  document: `mutation AddShop($name: String!, $credentials: ShopCredentialsInput!, $idempotencyKey: String) {
    shopAdd(input: { name: $name, credentials: $credentials, idempotencyKey: $idempotencyKey }) {
      shop { ...Shop }
      ${userErrors}
    }
  }
  ${shopParts}`,
  result: ['shopAdd', 'shop'],
  status: 201,
  missing: { code: 'SHOP_NOT_FOUND', message: 'The shop is gone again.' },
  example: { name: 'My OTTO shop', credentials: { otto: { clientId: 'my-client-id', clientSecret: 'my-secret' } } },
  captures: { shopId: 'id' },
};

const shops: Route = {
  method: 'GET',
  path: '/shops',
  tag: 'Shops',
  title: 'Lists shops',
  description: 'Marketplace accounts and the direct sales, oldest first. All conditions hold at once.',
  document: `query ListShops(
    $first: Int
    $after: String
    $marketplaces: [Marketplace!]
    $statuses: [ShopStatus!]
    $sandbox: Boolean
    $totalCount: Boolean! = false
  ) {
    shops(first: $first, after: $after, where: { marketplaces: $marketplaces, statuses: $statuses, sandbox: $sandbox }) {
      nodes { ...Shop }
      pageInfo { ...PageInfo }
      totalCount @include(if: $totalCount)
    }
  }
  ${shopPageParts}`,
  meanings: { totalCount },
  result: ['shops'],
  status: 200,
  example: { first: 20 },
};

export const shopRoutes: readonly Route[] = [shopAdd, shops];
