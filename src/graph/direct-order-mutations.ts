import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import * as changes from './direct-order-changes.js';
import { OrderCancelInput, OrderPlaceInput, OrderShipInput, OrderUpdateInput } from './direct-order-inputs.js';
import { orderPlace } from './direct-order-place.js';
import { orderUpdate } from './direct-order-update.js';
import type { Outcome } from './outcome.js';
import { OrderCancelPayload, OrderPlacePayload, OrderShipPayload, OrderUpdatePayload } from './payload.js';

const input = { description: 'What to do.' };

@Resolver()
export class DirectOrderMutations {
  @Mutation(() => OrderPlacePayload, {
    description:
      'Places a direct order and takes its stock, at the products’ prices of this moment. With ACCEPT_AVAILABLE an order may come together with `InsufficientStockError`s that name what was short.',
  })
  orderPlace(
    @Arg('input', () => OrderPlaceInput, input) given: OrderPlaceInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return orderPlace(context, given);
  }

  @Mutation(() => OrderUpdatePayload, {
    description: 'Changes lines and addresses of a direct order. More is taken from stock, less goes back.',
  })
  orderUpdate(
    @Arg('input', () => OrderUpdateInput, input) given: OrderUpdateInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return orderUpdate(context, given);
  }

  @Mutation(() => OrderCancelPayload, {
    description: 'Cancels what is open of a direct order, or some of it. Its stock goes back.',
  })
  orderCancel(
    @Arg('input', () => OrderCancelInput, input) given: OrderCancelInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.orderCancel(context, given);
  }

  @Mutation(() => OrderShipPayload, {
    description: 'Makes a parcel of what is open of a direct order, or of some of it. It leaves the stock.',
  })
  orderShip(
    @Arg('input', () => OrderShipInput, input) given: OrderShipInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.orderShip(context, given);
  }
}
