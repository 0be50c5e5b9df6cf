// Carts that a cart service keeps, with the catalog service's word on what is in them.
import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { keyOf } from '../commerce/id.js';
import type { InventoryService, RemoteProduct, Units } from '../commerce/inventory-service.js';
import { moneyText } from '../commerce/money.js';
import { InventoryUnavailable } from '../errors.js';
import { referenceOf } from '../store/customers.js';
import { CartStatus } from './cart.js';
import type { Context } from './context.js';
import { ApiError } from './errors.js';
import { Money } from './money.js';

@ObjectType({ description: 'A product in a cart of the cart service, as the catalog service tells it at this moment.' })
export class RemoteCartLine {
  @Field(() => String, { description: 'The SKU: `productId` at the cart service.' })
  sku!: string;

  @Field(() => String, { nullable: true, description: 'What it is called. Null: the catalog does not know the SKU.' })
  title!: string | null;

  @Field(() => Int, { description: 'Units that are wanted: at least 1.' })
  quantity!: number;

  @Field(() => Int, { description: 'Units that could be ordered now.' })
  available!: number;

  @Field(() => Boolean, { description: 'Is `available` enough for `quantity`?' })
  isEnough!: boolean;

  @Field(() => Money, {
    nullable: true,
    description: 'What a unit costs now, incl. VAT. Null: the catalog does not know the SKU.',
  })
  unitPriceGross!: Money | null;

  @Field(() => Money, {
    nullable: true,
    description: 'What the units cost now, incl. VAT. Null: the catalog does not know the SKU.',
  })
  totalGross!: Money | null;
}

@ObjectType({ description: 'The cart of a customer at the cart service (`CART_URL`). It is filled there.' })
export class RemoteCart {
  @Field(() => CartStatus, { description: 'Can it still be filled?' })
  status!: CartStatus;

  @Field(() => [RemoteCartLine], { description: 'What is in it, in the order of the service.' })
  lines!: RemoteCartLine[];

  @Field(() => Int, { description: 'Units over all lines.' })
  unitCount!: number;
}

@Resolver()
export class RemoteCartQueries {
  @Query(() => RemoteCart, {
    nullable: true,
    description:
      'The cart of a customer at the cart service, asked for now. Null: there is none, or no cart service is set (`CART_URL`); see `cart` then. SERVICE_UNAVAILABLE when a service does not answer.',
  })
  async remoteCart(
    @Arg('customerId', () => ID, { description: 'Whose.' }) customerId: string,
    @Ctx() { db, inventory }: Context,
  ): Promise<RemoteCart | null> {
    const key = keyOf('Customer', customerId);
    if (!inventory?.cartOf || !key) return null;
    const reference = await referenceOf(db, key);
    return reference === null ? null : readCart(inventory, inventory.cartOf, reference);
  }
}

async function readCart(
  inventory: InventoryService,
  cartOf: NonNullable<InventoryService['cartOf']>,
  reference: string,
): Promise<RemoteCart | null> {
  const signal = AbortSignal.timeout(inventory.answerWithinMs);
  try {
    const cart = await cartOf(reference, signal);
    if (!cart) return null;
    const products = await inventory.products(
      cart.lines.map(({ sku }) => sku),
      signal,
    );
    return {
      status: cart.status,
      lines: cart.lines.map((line) => lineOf(line, products.get(line.sku))),
      unitCount: cart.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    };
  } catch (error) {
    if (error instanceof InventoryUnavailable) {
      throw new ApiError('SERVICE_UNAVAILABLE', `The cart cannot be read now: ${error.message}.`);
    }
    throw error;
  }
}

function lineOf({ sku, quantity }: Units, product: RemoteProduct | undefined): RemoteCartLine {
  const money = (minor: number) => (product ? moneyText({ minor, currency: product.currency }) : null);
  const price = product?.priceMinor ?? 0;
  const available = product?.quantity ?? 0;
  return {
    ...{ sku, quantity, available, title: product?.title ?? null, isEnough: available >= quantity },
    ...{ unitPriceGross: money(price), totalGross: money(price * quantity) },
  };
}
