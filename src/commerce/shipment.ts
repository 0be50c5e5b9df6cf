import type { Json } from './json.js';
import type { FulfilledBy } from './order.js';

/** A parcel or freight consignment as every connector gives it. It may name orders that were never seen. */
export interface Shipment {
  readonly externalId: string;
  /** When it was handed to the carrier. */
  readonly shippedAt: Date;
  readonly fulfilledBy: FulfilledBy;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  /** In a fixed order that the same payload always gives. Never empty. */
  readonly lines: readonly ShipmentLine[];
  /** From when on the marketplace changes no detail of it that its list does not show. Absent: it may for ever. */
  readonly settlesAt?: Date;
  /** What only this marketplace has, in the form and under the names of its GraphQL type. */
  readonly details: Json;
}

export interface ShipmentLine {
  readonly orderExternalId: string;
  /** The order line's or unit's id at the marketplace: one of `OrderLine.externalIds`. */
  readonly externalId: string;
  readonly quantity: number;
}
