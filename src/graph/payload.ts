// What mutations answer with: the thing as it is now, read like by a query, and why not more was done.
import type { GraphQLResolveInfo } from 'graphql';
import { type ClassType, Ctx, Field, FieldResolver, ID, Info, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { globalId, type IdNoun } from '../commerce/id.js';
import { rowByKey, rowsOf } from '../store/shapes/read.js';
import { Alert, AlertDelivery } from './alert.js';
import { Cart } from './cart.js';
import type { Context } from './context.js';
import { CoverageCheck } from './coverage.js';
import { Customer } from './customer.js';
import { DirectOrder, DirectShipment } from './direct-order.js';
import type { ShipOutcome } from './direct-order-changes.js';
import { Export } from './export.js';
import type { Outcome } from './outcome.js';
import { Product } from './product.js';
import type { StockOutcome, UpsertOutcome } from './product-changes.js';
import { readField, servicesOf } from './reader.js';
import type { CheckoutOutcome } from './remote-checkout.js';
import { SyncRun } from './run.js';
import { Shop, Stream } from './shop.js';
import type { RetryOutcome } from './sync-changes.js';
import { UserError } from './user-error.js';

const errorsDescription = 'Why nothing, or not all, was done. Empty: it was.';

/** A noun by its key, with what the query asks of it: one statement. */
function readNoun(
  key: string | null,
  noun: IdNoun,
  info: GraphQLResolveInfo,
  context: Context,
): Promise<unknown> | null {
  const read = key === null ? null : rowByKey(servicesOf(info.schema).catalog, noun, key.split('_'));
  return read ? readField(info, context, read) : null;
}

/** What a payload holds beside `userErrors`. */
interface PayloadField {
  readonly name: string;
  readonly type: () => ClassType;
  readonly noun: IdNoun;
  readonly description: string;
  /** Absent: the key of the outcome. */
  readonly key?: (outcome: never) => string | null;
}

/** Classes whose methods resolve the payloads' fields, for the schema. */
export const payloadResolvers: ClassType[] = [];

/** The class `<Name>Payload` of the mutation `name`, which answers with nouns as they are after it. */
function payloadOf(mutation: string, ...fields: readonly PayloadField[]): ClassType {
  @ObjectType(`${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`, { description: `What \`${mutation}\` did.` })
  class Payload {
    @Field(() => [UserError], { description: errorsDescription })
    userErrors!: UserError[];
  }

  for (const { name, type, noun, description, key = (outcome: Outcome) => outcome.key } of fields) {
    @Resolver(() => Payload)
    class PayloadFields {
      @FieldResolver(type, { nullable: true, description })
      [name](@Root() outcome: Outcome, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
        return readNoun(key(outcome as never), noun, info, context);
      }
    }
    payloadResolvers.push(PayloadFields);
  }
  return Payload;
}

const shop: PayloadField = {
  name: 'shop',
  type: () => Shop,
  noun: 'Shop',
  description: 'The shop as it is now; null when there is none.',
};
const syncRun: PayloadField = {
  name: 'syncRun',
  type: () => SyncRun,
  noun: 'SyncRun',
  description: 'The run as it is now: with SYNC_ALREADY_RUNNING the one that is in the way. Null when there is none.',
};
const order: PayloadField = {
  name: 'order',
  type: () => DirectOrder,
  noun: 'Order',
  description: 'The order as it is now; null when there is none.',
};
const cart: PayloadField = {
  name: 'cart',
  type: () => Cart,
  noun: 'Cart',
  description: 'The cart as it is now; null when there is none, or stock was lacking.',
};

export const ShopAddPayload = payloadOf('shopAdd', shop);
export const ShopUpdateCredentialsPayload = payloadOf('shopUpdateCredentials', shop);
export const ShopPausePayload = payloadOf('shopPause', shop);
export const ShopResumePayload = payloadOf('shopResume', shop);
export const RateLimitConfigurePayload = payloadOf('rateLimitConfigure', shop);
export const SyncStartPayload = payloadOf('syncStart', syncRun);
export const SyncCancelPayload = payloadOf('syncCancel', syncRun);
export const SyncCoverageStartPayload = payloadOf('syncCoverageStart', {
  name: 'check',
  type: () => CoverageCheck,
  noun: 'CoverageCheck',
  description:
    'The check as it is now: with COVERAGE_ALREADY_RUNNING the one that is in the way. Null when there is none.',
});
export const ExportStartPayload = payloadOf('exportStart', {
  name: 'export',
  type: () => Export,
  noun: 'Export',
  description: 'The export; null when there is none.',
});
export const AlertAcknowledgePayload = payloadOf('alertAcknowledge', {
  name: 'alert',
  type: () => Alert,
  noun: 'Alert',
  description: 'The alert as it is now; null when there is none.',
});
export const AlertDeliveryRetryPayload = payloadOf('alertDeliveryRetry', {
  name: 'delivery',
  type: () => AlertDelivery,
  noun: 'AlertDelivery',
  description: 'The delivery as it is now; null when there is none.',
});
export const StreamConfigurePayload = payloadOf('streamConfigure', {
  name: 'stream',
  type: () => Stream,
  noun: 'Stream',
  description: 'The stream as it is now; null when nothing was changed.',
  // with STALE_VERSION the outcome's key is the shop's
  key: ({ key, userErrors }: Outcome) => (userErrors.length ? null : key),
});
export const OrderPlacePayload = payloadOf('orderPlace', order);
export const OrderUpdatePayload = payloadOf('orderUpdate', order);
export const OrderCancelPayload = payloadOf('orderCancel', order);
export const OrderShipPayload = payloadOf('orderShip', order, {
  name: 'shipment',
  type: () => DirectShipment,
  noun: 'Shipment',
  description: 'The parcel; null when none was made.',
  key: ({ shipmentKey }: ShipOutcome) => shipmentKey ?? null,
});
export const CustomerUpsertPayload = payloadOf('customerUpsert', {
  name: 'customer',
  type: () => Customer,
  noun: 'Customer',
  description: 'The customer as it is now; null when there is none.',
});
export const CartLineAddPayload = payloadOf('cartLineAdd', cart);
export const CartLineChangePayload = payloadOf('cartLineChange', cart);
export const CartLineRemovePayload = payloadOf('cartLineRemove', cart);
export const CartHoldPayload = payloadOf('cartHold', cart);
export const CartReleasePayload = payloadOf('cartRelease', cart);
export const CartCheckoutPayload = payloadOf('cartCheckout', cart, {
  ...order,
  description: 'The order that the cart became, now or (CART_ALREADY_ORDERED) before; null when there is none.',
  key: ({ orderKey }: CheckoutOutcome) => orderKey ?? null,
});

/** The class of a mutation that answers with the products it met. */
function stockPayload(mutation: string): ClassType {
  const Payload = payloadOf(mutation);

  @Resolver(() => Payload)
  class PayloadFields {
    @FieldResolver(() => [Product], {
      description: 'The products as they are now, by SKU. Empty when nothing was done.',
    })
    products(@Root() { skus }: StockOutcome, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
      const where = rowsOf('Product', { column: 'sku', type: 'text', values: skus }, (row) => `${row}.sku, ${row}.id`);
      return readField(info, context, where);
    }
  }
  payloadResolvers.push(PayloadFields);
  return Payload;
}

export const ProductUpsertPayload = stockPayload('productUpsert');
export const StockAdjustPayload = stockPayload('stockAdjust');
export const StockSetPayload = stockPayload('stockSet');

@Resolver(() => ProductUpsertPayload)
class ProductUpsertFields {
  @FieldResolver(() => Int, { description: 'Products that are new.' })
  createdCount(@Root() { created }: UpsertOutcome): number {
    return created;
  }

  @FieldResolver(() => Int, { description: 'Products that were changed.' })
  updatedCount(@Root() { updated }: UpsertOutcome): number {
    return updated;
  }

  @FieldResolver(() => Int, { description: 'Products that were so already.' })
  unchangedCount(@Root() { unchanged }: UpsertOutcome): number {
    return unchanged;
  }
}

export const ShopRemovePayload = payloadOf('shopRemove');

@Resolver(() => ShopRemovePayload)
class ShopRemoveFields {
  @FieldResolver(() => ID, { nullable: true, description: 'The id that the shop had; null when nothing was removed.' })
  removedShopId(@Root() { key, userErrors }: Outcome): string | null {
    return key === null || userErrors.length ? null : globalId('Shop', key);
  }
}

@ObjectType({ description: 'What `rejectRetry` did.' })
export class RejectRetryPayload {
  @Field(() => Int, {
    nullable: true,
    description:
      'Rejects that will be mapped again in a moment; those that map are gone then. Null when none was asked for.',
  })
  requestedCount!: number | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: RetryOutcome['userErrors'];
}

payloadResolvers.push(ShopRemoveFields, ProductUpsertFields);
