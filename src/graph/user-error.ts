import { Field, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';

/** Why a mutation changed nothing. Codes are stable. */
export enum UserErrorCode {
  BLANK = 'BLANK',
  TOO_LONG = 'TOO_LONG',
  INVALID = 'INVALID',
  SHOP_NOT_FOUND = 'SHOP_NOT_FOUND',
  SHOP_ALREADY_EXISTS = 'SHOP_ALREADY_EXISTS',
  SHOP_PAUSED = 'SHOP_PAUSED',
  SHOP_NEEDS_CREDENTIALS = 'SHOP_NEEDS_CREDENTIALS',
  STREAM_NOT_FOUND = 'STREAM_NOT_FOUND',
  STREAM_DISABLED = 'STREAM_DISABLED',
  RATE_LIMIT_NOT_FOUND = 'RATE_LIMIT_NOT_FOUND',
  MARKETPLACE_MISMATCH = 'MARKETPLACE_MISMATCH',
  SYNC_ALREADY_RUNNING = 'SYNC_ALREADY_RUNNING',
  SYNC_RUN_NOT_FOUND = 'SYNC_RUN_NOT_FOUND',
  SYNC_ALREADY_FINISHED = 'SYNC_ALREADY_FINISHED',
  COVERAGE_ALREADY_RUNNING = 'COVERAGE_ALREADY_RUNNING',
  REJECT_NOT_FOUND = 'REJECT_NOT_FOUND',
  ALERT_NOT_FOUND = 'ALERT_NOT_FOUND',
  ALERT_ALREADY_RESOLVED = 'ALERT_ALREADY_RESOLVED',
  ALERT_DELIVERY_NOT_FOUND = 'ALERT_DELIVERY_NOT_FOUND',
  UNKNOWN_SKU = 'UNKNOWN_SKU',
  DUPLICATE_SKU = 'DUPLICATE_SKU',
  CURRENCY_MISMATCH = 'CURRENCY_MISMATCH',
  INSUFFICIENT_STOCK = 'INSUFFICIENT_STOCK',
  STALE_QUANTITY = 'STALE_QUANTITY',
  HELD_BY_CARTS = 'HELD_BY_CARTS',
  CUSTOMER_NOT_FOUND = 'CUSTOMER_NOT_FOUND',
  CART_NOT_FOUND = 'CART_NOT_FOUND',
  CART_OF_ANOTHER_CUSTOMER = 'CART_OF_ANOTHER_CUSTOMER',
  CART_ALREADY_ORDERED = 'CART_ALREADY_ORDERED',
  CART_EMPTY = 'CART_EMPTY',
  CART_LINE_NOT_FOUND = 'CART_LINE_NOT_FOUND',
  ORDER_NOT_FOUND = 'ORDER_NOT_FOUND',
  ORDER_LINE_NOT_FOUND = 'ORDER_LINE_NOT_FOUND',
  ORDER_OF_ANOTHER_CUSTOMER = 'ORDER_OF_ANOTHER_CUSTOMER',
  ORDER_ALREADY_CANCELLED = 'ORDER_ALREADY_CANCELLED',
  ACTION_NOT_AVAILABLE = 'ACTION_NOT_AVAILABLE',
  LINE_ALREADY_SHIPPED = 'LINE_ALREADY_SHIPPED',
  SHOP_IS_BUILT_IN = 'SHOP_IS_BUILT_IN',
  INVENTORY_UNAVAILABLE = 'INVENTORY_UNAVAILABLE',
  CATALOG_IS_REMOTE = 'CATALOG_IS_REMOTE',
  STALE_VERSION = 'STALE_VERSION',
  IDEMPOTENCY_KEY_REUSED = 'IDEMPOTENCY_KEY_REUSED',
}

registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why a mutation changed nothing. Codes are stable: branch on them, show the message.',
  valuesConfig: {
    BLANK: { description: 'A text that must say something is empty or only white space.' },
    TOO_LONG: { description: 'A text is longer than its limit, which the message names.' },
    INVALID: { description: 'A value is outside what the message says is allowed.' },
    SHOP_NOT_FOUND: { description: 'No shop has this id.' },
    SHOP_ALREADY_EXISTS: {
      description: 'A shop with the same marketplace account exists already; the message names it.',
    },
    SHOP_PAUSED: { description: 'The shop is paused: resume it first.' },
    SHOP_NEEDS_CREDENTIALS: {
      description: 'The marketplace refused the credentials: replace them with `shopUpdateCredentials` first.',
    },
    STREAM_NOT_FOUND: { description: 'The marketplace of this shop has no such stream.' },
    STREAM_DISABLED: { description: 'The stream is switched off: enable it with `streamConfigure` first.' },
    RATE_LIMIT_NOT_FOUND: { description: 'The marketplace of this shop has no limit of this name.' },
    MARKETPLACE_MISMATCH: { description: 'The credentials are of another marketplace than the shop.' },
    SYNC_ALREADY_RUNNING: {
      description: 'A sync of this shop that does not cover the request is open; the payload holds it.',
    },
    SYNC_RUN_NOT_FOUND: { description: 'No sync run has this id.' },
    SYNC_ALREADY_FINISHED: { description: 'The run has ended: there is nothing to cancel.' },
    COVERAGE_ALREADY_RUNNING: {
      description: 'A coverage check of this shop that does not cover the request is open; the payload holds it.',
    },
    REJECT_NOT_FOUND: { description: 'No reject has this id: it may have been mapped in the meantime.' },
    ALERT_NOT_FOUND: { description: 'No alert has this id: it may be gone with its shop.' },
    ALERT_ALREADY_RESOLVED: { description: 'The cause of the alert is gone: there is nothing to acknowledge.' },
    ALERT_DELIVERY_NOT_FOUND: { description: 'No delivery has this id: it may be forgotten since.' },
    UNKNOWN_SKU: { description: 'No active product has this SKU.' },
    DUPLICATE_SKU: { description: 'A SKU is named twice: give it once, with the whole quantity.' },
    CURRENCY_MISMATCH: { description: 'Products of two currencies cannot be in one order or cart.' },
    INSUFFICIENT_STOCK: { description: 'There is less than was wanted; see `InsufficientStockError`.' },
    STALE_QUANTITY: {
      description: '`changeFromQuantity` is not what is on hand: somebody changed it since; read it again.',
    },
    HELD_BY_CARTS: { description: 'Carts hold more than would be left: wait until they end, or empty them.' },
    CUSTOMER_NOT_FOUND: { description: 'No customer has this id.' },
    CART_NOT_FOUND: { description: 'No cart has this id, or the customer has no open one.' },
    CART_OF_ANOTHER_CUSTOMER: { description: 'The cart belongs to another customer than the one who was named.' },
    CART_ALREADY_ORDERED: { description: 'The cart became an order already; `cartCheckout` answers with that.' },
    CART_EMPTY: { description: 'There is nothing in the cart.' },
    CART_LINE_NOT_FOUND: { description: 'The SKU is not in the cart.' },
    ORDER_NOT_FOUND: { description: 'No direct order has this id.' },
    ORDER_LINE_NOT_FOUND: { description: 'The order has no line of this id.' },
    ORDER_OF_ANOTHER_CUSTOMER: { description: 'The order belongs to another customer than the one who was named.' },
    ORDER_ALREADY_CANCELLED: { description: 'The order is cancelled already.' },
    ACTION_NOT_AVAILABLE: { description: 'The order is in a state that does not allow it; see `supportedActions`.' },
    LINE_ALREADY_SHIPPED: { description: 'The units of the line were shipped already, so they cannot be changed.' },
    SHOP_IS_BUILT_IN: { description: 'The shop of direct sales is always there: it has no credentials and no syncs.' },
    INVENTORY_UNAVAILABLE: {
      description:
        'The service of the catalog or the carts did not answer in time, so nothing was done; what was taken already is given back. Try again later.',
    },
    CATALOG_IS_REMOTE: {
      description:
        'Products, stock and carts are kept by services of your own (`CATALOG_URL`, `CART_URL`): change them there.',
    },
    STALE_VERSION: {
      description: '`expectedVersion` is not the current version: somebody changed it since; read it again.',
    },
    IDEMPOTENCY_KEY_REUSED: { description: 'The idempotency key was used before, with another input.' },
  },
});

@InterfaceType({
  description: 'Why a mutation changed nothing: an expected failure, told as data.',
  resolveType: (error: UserError) => ('requested' in error ? 'InsufficientStockError' : 'InputError'),
})
export abstract class UserError {
  @Field(() => UserErrorCode, { description: 'Stable, for programs.' })
  code!: UserErrorCode;

  @Field(() => [String], {
    nullable: true,
    description:
      'Path to the input field at fault, from the mutation’s argument on; null when it is none in particular.',
  })
  field!: readonly string[] | null;

  @Field(() => String, { description: 'One sentence for people, in English. Holds no secret.' })
  message!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Where the code is explained: a path on the same server, like `/docs/errors#INVALID`.',
  })
  documentationUrl!: string | null;
}

@ObjectType({ implements: UserError, description: 'Something about the input or the state it meets is not right.' })
export class InputError extends UserError {}

@ObjectType({ implements: UserError, description: 'There is less in stock than was wanted.' })
export class InsufficientStockError extends UserError {
  @Field(() => String, { description: 'The SKU that is short.' })
  sku!: string;

  @Field(() => Int, { description: 'Units that were wanted.' })
  requested!: number;

  @Field(() => Int, { description: 'Units that could be had at that moment.' })
  available!: number;
}

export function insufficientStock(
  { sku, requested, available }: { sku: string; requested: number; available: number },
  ...field: readonly string[]
): InsufficientStockError {
  const message = `${sku}: ${requested} wanted, ${available} available.`;
  return { ...userError('INSUFFICIENT_STOCK', message, ...field), sku, requested, available };
}

/** The page that explains every code. */
export const errorPagePath = '/docs/errors';

/** `userError('BLANK', 'Give the shop a name.', 'input', 'name')` */
export function userError(code: keyof typeof UserErrorCode, message: string, ...field: readonly string[]): UserError {
  const documentationUrl = `${errorPagePath}#${code}`;
  return { code: UserErrorCode[code], message, field: field.length ? field : null, documentationUrl };
}
