/*
 * Shapes as Skubana sends them, v1.1, by its own names: what is read of them. Whatever else is in them is kept with the payload. Any
 * member may be missing or null.
 */

import type { stages } from './guesses.js';

export type WireStatus = keyof typeof stages;

export interface WireMoney {
  /** A decimal. */
  readonly amount: number;
  readonly currency: string;
}

/** Instants are UTC, to the second: `2026-03-01T09:30:00Z`. */
export interface WireOrder {
  readonly orderId: number;
  /** The sales channel's number. */
  readonly orderNumber: string;
  readonly orderStatus: WireStatus;
  readonly unresolvedStatus?: string | null;
  readonly orderType?: string | null;
  readonly orderDate: string;
  readonly paymentDate?: string | null;
  readonly createdDate?: string | null;
  readonly modifiedDate?: string | null;
  readonly shipDate?: string | null;
  readonly shipByDate?: string | null;
  readonly receiveByDate?: string | null;
  readonly holdUntilDate?: string | null;
  readonly currency?: string | null;
  readonly orderTotal?: WireMoney | null;
  readonly orderItemTotal?: WireMoney | null;
  readonly shippingCost?: WireMoney | null;
  readonly discount?: WireMoney | null;
  readonly shipName?: string | null;
  readonly shipCompany?: string | null;
  readonly shipAddress1?: string | null;
  readonly shipAddress2?: string | null;
  readonly shipAddress3?: string | null;
  readonly shipCity?: string | null;
  readonly shipState?: string | null;
  readonly shipZipCode?: string | null;
  /** ISO 3166-1 alpha-3. */
  readonly shipCountry?: string | null;
  readonly shipPhone?: string | null;
  readonly shipEmail?: string | null;
  readonly addressType?: string | null;
  readonly customer?: {
    readonly customerId?: number | null;
    readonly name?: string | null;
    readonly companyName?: string | null;
    readonly emailAddresses?: readonly string[] | null;
  } | null;
  readonly salesChannel?: {
    readonly salesChannelId?: number | null;
    readonly name?: string | null;
    readonly type?: string | null;
  } | null;
  readonly fulfillmentSource?: { readonly warehouseId?: number | null; readonly name?: string | null } | null;
  readonly requestedShippingService?: string | null;
  readonly shipMethod?: { readonly shippingCarrier?: string | null } | null;
  readonly orderItems: readonly WireOrderItem[];
  readonly shipment?: WireShipment | null;
  readonly shipments?: readonly WireParcel[] | null;
  readonly cancelReason?: { readonly type?: string | null; readonly details?: string | null } | null;
  readonly labels?: readonly { readonly name?: string | null }[] | null;
  readonly relatedOrderIds?: readonly number[] | null;
  readonly amzFbaShipmentId?: string | null;
  readonly gift?: boolean | null;
  readonly giftMessage?: string | null;
  readonly internalNotes?: string | null;
  readonly notesFromBuyer?: string | null;
  readonly notesToBuyer?: string | null;
  readonly customField1?: string | null;
  readonly customField2?: string | null;
  readonly customField3?: string | null;
}

export interface WireOrderItem {
  readonly orderItemId: number;
  /** The sales channel's SKU. */
  readonly listingSku?: string | null;
  readonly listingName?: string | null;
  /** Null while the listing belongs to no product. */
  readonly product?: {
    readonly productId?: number | null;
    /** The SKU of the stock. */
    readonly masterSku?: string | null;
    readonly name?: string | null;
    readonly productType?: string | null;
    readonly upc?: string | null;
    readonly mpn?: string | null;
  } | null;
  readonly quantityOrdered: number;
  readonly unitPrice: WireMoney;
  readonly tax?: WireMoney | null;
  readonly discount?: WireMoney | null;
  readonly notes?: string | null;
  readonly purchaseOrderItemNumber?: string | null;
}

/** The order's shipment: one object, however many parcels there are. */
export interface WireShipment {
  readonly shipmentId?: number | null;
  readonly type?: 'FULFILLMENT' | 'RETURN' | null;
  readonly created?: string | null;
  readonly shipDate?: string | null;
  readonly estimatedArrival?: string | null;
  readonly trackingNumber?: string | null;
  readonly deliveryStatus?: string | null;
  readonly shipMethod?: { readonly shippingCarrier?: string | null } | null;
}

export interface WireParcel {
  readonly trackingNumbers?: readonly string[] | null;
  readonly items?: readonly { readonly listingSku?: string | null; readonly quantity: number }[] | null;
}
