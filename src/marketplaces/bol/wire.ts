/**
 * Shapes of the Retailer API v10 as bol sends them, by bol's own names. Members that stand here as optional come as
 * missing (never as null), and so do empty lists and, in answers seen live, even some that the vendor's schema calls
 * required. Others may join at any time. Ids are text, old ones of digits, new ones with letters. Instants carry Dutch
 * local time with its offset, sometimes with fractions of a second; dates of delivery are calendar days. Amounts are plain
 * numbers of euros.
 */

/** Of every request and answer: the version is chosen by the media type, not by the path. */
export const mediaType = 'application/vnd.retailer.v10+json';

/** `POST https://login.bol.com/token` */
export interface WireToken {
  readonly access_token: string;
  /** 299. */
  readonly expires_in: number;
  readonly token_type?: string;
  readonly scope?: string;
}

export interface WireTokenRefusal {
  /** `invalid_client` where the credentials are wrong. */
  readonly error: string;
  readonly error_description?: string;
}

/** The body of a failure. An outage may answer HTML, and the 401 of a dead token has only the three members that are required here. */
export interface WireProblem {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly host?: string;
  readonly instance?: string;
  readonly violations?: readonly { readonly name?: string; readonly reason: string }[];
}

/** By the retailer, or by bol's own warehouse. */
export type WireFulfilmentMethod = 'FBR' | 'FBB';
/** Whose label is on the parcel: FBR with BOL is VVB, the seller's parcel with bol's label. */
export type WireDistributionParty = 'RETAILER' | 'BOL';
export type WireSalutation = 'MALE' | 'FEMALE' | 'UNKNOWN';

/** `GET /retailer/orders`: 50 to a page. Past the last page the member is missing: `{}`. */
export interface WireOrderPage {
  readonly orders?: readonly WireOrderSummary[];
}

/** What the list says of an order: no money, no address. */
export interface WireOrderSummary {
  readonly orderId: string;
  readonly orderPlacedDateTime: string;
  readonly orderItems: readonly WireOrderItemSummary[];
}

export interface WireOrderItemSummary {
  readonly orderItemId: string;
  readonly ean: string;
  readonly fulfilmentMethod: WireFulfilmentMethod;
  /** HANDLED: shipped or cancelled as a whole. */
  readonly fulfilmentStatus: 'OPEN' | 'HANDLED';
  readonly quantity: number;
  readonly quantityShipped: number;
  readonly quantityCancelled: number;
  /** The buyer asked for it; nothing is cancelled yet. */
  readonly cancellationRequest: boolean;
  readonly latestChangedDateTime: string;
}

/** `GET /retailer/orders/{order-id}` */
export interface WireOrder {
  readonly orderId: string;
  readonly pickupPoint: boolean;
  readonly orderPlacedDateTime: string;
  readonly shipmentDetails?: WireShipmentDetails;
  readonly billingDetails?: WireBillingDetails;
  readonly orderItems: readonly WireOrderItem[];
}

export interface WireOrderItem {
  readonly orderItemId: string;
  readonly cancellationRequest?: boolean;
  readonly fulfilment: WireOrderFulfilment;
  readonly offer?: WireOffer;
  readonly product?: WireProduct;
  /** Ordered: `quantity - quantityShipped - quantityCancelled` is open. */
  readonly quantity: number;
  readonly quantityShipped?: number;
  readonly quantityCancelled?: number;
  /** One unit, incl. VAT, before discounts. */
  readonly unitPrice: number;
  /** What the buyer paid for all units ordered: `quantity × unitPrice` less the discounts. */
  readonly totalPrice?: number;
  readonly discounts?: readonly { readonly title: string; readonly amount: number }[];
  /** For all units. */
  readonly commission?: number;
  readonly additionalServices?: readonly { readonly serviceType: string }[];
  readonly latestChangedDateTime: string;
}

/** Either `latestDeliveryDate` or `exactDeliveryDate`. */
export interface WireOrderFulfilment {
  readonly method: WireFulfilmentMethod;
  readonly distributionParty?: WireDistributionParty;
  readonly latestDeliveryDate?: string;
  readonly exactDeliveryDate?: string;
  /** On this day what is still open is cancelled. */
  readonly expiryDate?: string;
  /** REGULAR, EVENING, APPOINTMENT, SAMEDAY, SUNDAY. */
  readonly timeFrameType?: string;
}

export interface WireOffer {
  readonly offerId?: string;
  /** The seller's own key, up to 100 characters; may be left empty. */
  readonly reference?: string;
}

export interface WireProduct {
  /** Leading zeros count. */
  readonly ean: string;
  readonly title?: string;
}

/** Street, house number and extension come apart, in Belgium, too. */
interface WireContact {
  readonly salutation?: WireSalutation;
  readonly firstName?: string;
  readonly surname?: string;
  readonly streetName?: string;
  readonly houseNumber?: string;
  readonly houseNumberExtension?: string;
  readonly extraAddressInformation?: string;
  /** `1234AB` in the Netherlands, `0000` in Belgium. */
  readonly zipCode?: string;
  readonly city?: string;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode?: string;
  /** An alias that passes mail on, another one for each order. */
  readonly email?: string;
  readonly company?: string;
}

/** Where the goods go. */
export interface WireShipmentDetails extends WireContact {
  readonly pickupPointName?: string;
  /** Where a delivery needs an appointment. */
  readonly deliveryPhoneNumber?: string;
  /** nl, nl-BE, fr, fr-BE. */
  readonly language?: string;
}

export interface WireBillingDetails extends WireContact {
  readonly vatNumber?: string;
  readonly kvkNumber?: string;
  /** The buyer's own. */
  readonly orderReference?: string;
}

/** `GET /retailer/shipments`: up to 3 months old, newest first, 50 to a page. */
export interface WireShipmentPage {
  readonly shipments?: readonly WireShipmentSummary[];
}

export interface WireShipmentSummary {
  readonly shipmentId: string;
  readonly shipmentDateTime: string;
  readonly shipmentReference?: string;
  readonly order: WireShipmentOrder;
  readonly shipmentItems: readonly { readonly orderItemId: string; readonly ean: string }[];
  readonly transport?: { readonly transportId: string };
}

export interface WireShipmentOrder {
  readonly orderId: string;
  readonly orderPlacedDateTime?: string;
}

/** `GET /retailer/shipments/{shipment-id}` */
export interface WireShipment {
  readonly shipmentId: string;
  readonly shipmentDateTime: string;
  readonly shipmentReference?: string;
  readonly pickupPoint?: boolean;
  readonly order: WireShipmentOrder;
  readonly shipmentDetails?: WireShipmentDetails;
  readonly billingDetails?: WireBillingDetails;
  readonly shipmentItems: readonly WireShipmentItem[];
  readonly transport?: WireTransport;
}

export interface WireShipmentItem {
  readonly orderItemId: string;
  readonly fulfilment: {
    readonly method: WireFulfilmentMethod;
    readonly distributionParty?: WireDistributionParty;
    readonly latestDeliveryDate?: string;
  };
  readonly offer?: WireOffer;
  readonly product?: WireProduct;
  /** Ordered, not shipped. */
  readonly quantity: number;
  /** In this shipment; since October 2025. */
  readonly quantityShipped?: number;
  readonly unitPrice?: number;
  readonly commission?: number;
}

export interface WireTransport {
  readonly transportId?: string;
  readonly transporterCode?: string;
  /** Missing for post that fits a letter box. */
  readonly trackAndTrace?: string;
  /** Of a label bought from bol. */
  readonly shippingLabelId?: string;
  readonly transportEvents?: readonly WireTransportEvent[];
}

export interface WireTransportEvent {
  /** PRE_ANNOUNCED, AT_TRANSPORTER, IN_TRANSIT, DELIVERED_AT_CUSTOMER … */
  readonly eventCode: string;
  readonly eventDateTime: string;
}

/** `GET /retailer/returns`: the unhandled oldest first, the handled newest first, 50 to a page. */
export interface WireReturnPage {
  readonly returns?: readonly WireReturnSummary[];
}

export interface WireReturnSummary {
  readonly returnId: string;
  readonly registrationDateTime: string;
  readonly fulfilmentMethod: WireFulfilmentMethod;
  readonly returnItems: readonly WireReturnItemSummary[];
}

export interface WireReturnItemSummary {
  readonly rmaId: string;
  readonly orderId: string;
  readonly ean: string;
  readonly expectedQuantity: number;
  readonly returnReason?: WireReturnReason;
  readonly handled: boolean;
  readonly processingResults?: readonly WireProcessingResult[];
}

export interface WireReturnReason {
  readonly mainReason?: string;
  readonly detailedReason?: string;
  readonly customerComments?: string;
}

export interface WireProcessingResult {
  readonly quantity: number;
  /** ACCEPTED, REJECTED or CANCELLED. */
  readonly processingResult: string;
  /** What the seller asked for: RETURN_RECEIVED, RETURN_DOES_NOT_MEET_CONDITIONS, EXPIRED … */
  readonly handlingResult?: string;
  readonly processingDateTime?: string;
}

/** `GET /retailer/returns/{return-id}` */
export interface WireReturn {
  readonly returnId: string;
  readonly registrationDateTime: string;
  readonly fulfilmentMethod: WireFulfilmentMethod;
  readonly returnItems: readonly WireReturnItem[];
}

export interface WireReturnItem extends WireReturnItemSummary {
  readonly title?: string;
  readonly trackAndTrace?: string;
  readonly transporterName?: string;
  readonly customerDetails?: WireCustomerDetails;
}

export interface WireCustomerDetails extends WireContact {
  readonly deliveryPhoneNumber?: string;
  readonly vatNumber?: string;
}
