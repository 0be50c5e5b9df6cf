import { shipmentPageParts } from './fragments.js';
import { totalCount } from './orders.js';
import type { Route } from './route.js';

const shipments: Route = {
  method: 'GET',
  path: '/shipments',
  tag: 'Shipments',
  title: 'Lists shipments',
  description: 'Of all marketplaces and shops, newest first unless asked otherwise. All conditions hold at once.',
  document: `query ListShipments(
    $first: Int
    $after: String
    $shopIds: [ID!]
    $marketplaces: [Marketplace!]
    $shippedAtFrom: DateTime
    $shippedAtTo: DateTime
    $fulfilledBy: FulfilledBy
    $trackingNumber: String
    $direction: SortDirection! = DESC
    $totalCount: Boolean! = false
  ) {
    shipments(
      first: $first
      after: $after
      where: {
        shopIds: $shopIds
        marketplaces: $marketplaces
        shippedAt: { from: $shippedAtFrom, to: $shippedAtTo }
        fulfilledBy: $fulfilledBy
        trackingNumber: $trackingNumber
      }
      orderBy: { direction: $direction }
    ) {
      nodes { ...Shipment }
      pageInfo { ...PageInfo }
      totalCount @include(if: $totalCount)
    }
  }
  ${shipmentPageParts}`,
  meanings: { totalCount },
  result: ['shipments'],
  status: 200,
  example: { first: 20 },
};

export const shipmentRoutes: readonly Route[] = [shipments];
