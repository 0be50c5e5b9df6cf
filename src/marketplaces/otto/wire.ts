/**
 * Shapes as OTTO sends them, by OTTO's own names. Optional members come as missing or as an explicit null; members that
 * stand here may be joined by others at any time ("clients must skip unknown fields"). Instants are text: orders write
 * `2026-11-02T08:50:48.280+0000`, shipments and returns `2026-11-02T08:50:48.280Z`.
 */

/** `POST /v1/token` */
export interface WireToken {
  readonly access_token: string;
  readonly expires_in: number;
  readonly token_type?: string;
  readonly scope?: string;
}

export interface WireLink {
  /** `next` for paging, `self` for the resource. */
  readonly rel: string;
  /** Relative to the host, version included: `/v4/orders?nextcursor=…`. */
  readonly href: string;
}

/** The errors body of most interfaces. 429 and 403 from the edge may be HTML, a 401 may be empty. */
export interface WireErrors {
  readonly errors: readonly {
    readonly title: string;
    readonly detail?: string | null;
    readonly path?: string | null;
    readonly logref?: string | null;
    readonly jsonPath?: string | null;
  }[];
}

/** `GET /v4/orders`. The last page has no `links`. */
export interface WireOrderPage {
  readonly resources: readonly WireOrder[];
  readonly links?: readonly WireLink[];
}

export type WirePositionState =
  | 'ANNOUNCED'
  | 'PROCESSABLE'
  | 'SENT'
  | 'RETURNED'
  | 'CANCELLED_BY_PARTNER'
  | 'CANCELLED_BY_MARKETPLACE';

export interface WireAmount {
  /** Incl. VAT, in whole units of the currency: 19.99. */
  readonly amount: number;
  readonly currency: string;
}

export interface WireOrder {
  /** A UUID, unique within the account: the key. */
  readonly salesOrderId: string;
  /** Ten letters and digits, for people. */
  readonly orderNumber: string;
  readonly orderDate: string;
  /** Never older than `lifecycleChangeDate`: a return moves this one only. */
  readonly lastModifiedDate?: string | null;
  readonly orderLifecycleInformation: { readonly lifecycleChangeDate: string };
  /** One item is one unit: two of a product are two items. */
  readonly positionItems: readonly WirePositionItem[];
  /** Missing while ANNOUNCED, both. */
  readonly deliveryAddress?: WireAddress | null;
  readonly invoiceAddress?: WireAddress | null;
  readonly initialDeliveryFees?: readonly WireDeliveryFee[] | null;
  readonly initialDiscounts?: readonly WireDiscount[] | null;
  readonly payment?: { readonly paymentMethod: string } | null;
  readonly suspectedFraudCase?: boolean | null;
  readonly links?: readonly WireLink[] | null;
}

export interface WirePositionItem {
  readonly positionItemId: string;
  readonly fulfillmentStatus: WirePositionState;
  readonly itemValueGrossPrice: WireAmount;
  readonly itemValueDiscount?: WireAmount | null;
  /** Gross price minus discount. */
  readonly itemValueReducedGrossPrice?: WireAmount | null;
  readonly product: WireProduct;
  readonly processableDate?: string | null;
  readonly sentDate?: string | null;
  readonly returnedDate?: string | null;
  readonly cancellationDate?: string | null;
  readonly cancellationReason?: string | null;
  /** When the buyer should have it; missing once returned or cancelled. */
  readonly expectedDeliveryDate?: string | null;
  readonly trackingInfo?: {
    readonly carrier?: string | null;
    readonly carrierServiceCode?: string | null;
    readonly trackingNumber?: string | null;
  } | null;
  readonly dealId?: string | null;
  readonly dealName?: string | null;
  readonly weeePickup?: boolean | null;
  readonly returnAcceptedByMarketplace?: boolean | null;
}

export interface WireProduct {
  readonly sku: string;
  readonly articleNumber: string;
  readonly productTitle: string;
  /** Percent: 19, not 0.19. */
  readonly vatRate: number;
  /** Text: leading zeros count. */
  readonly ean?: string | null;
  readonly dimensions?:
    | readonly { readonly type?: string | null; readonly displayName?: string | null; readonly value?: string | null }[]
    | null;
  readonly shopUrl?: string | null;
}

export interface WireAddress {
  /** MR, MS, COMPANY or UNKNOWN. */
  readonly salutation: string;
  readonly title?: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly street: string;
  readonly houseNumber: string;
  readonly addition?: string | null;
  readonly zipCode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-3: `DEU`. */
  readonly countryCode: string;
  /** Pseudonymised in the invoice address. */
  readonly email?: string | null;
  readonly phoneNumber?: string | null;
}

export interface WireDeliveryFee {
  readonly name: string;
  readonly deliveryFeeAmount: WireAmount;
  readonly positionItemIds: readonly string[];
  readonly vatRate: number;
}

export interface WireDiscount {
  readonly name: string;
  readonly discountId: string;
  readonly discountName: string;
  readonly discountAmount: WireAmount;
  readonly positionItemIds: readonly string[];
  readonly vatRate: number;
}

/** `GET /v1/shipments`. The last page has no `links`. */
export interface WireShipmentPage {
  readonly resources: readonly WireShipmentSummary[];
  readonly links?: readonly WireLink[];
}

/** What the list says of a shipment. */
export interface WireShipmentSummary {
  readonly shipmentId: string;
  readonly creationDate: string;
  readonly trackingKey: WireTrackingKey;
  readonly states?: readonly WireShipmentState[] | null;
}

/** `GET /v1/shipments/{shipmentId}` */
export interface WireShipment extends WireShipmentSummary {
  readonly shipDate: string;
  readonly shipFromAddress: { readonly city: string; readonly zipCode: string; readonly countryCode: string };
  readonly positionItems: readonly {
    readonly positionItemId: string;
    readonly salesOrderId: string;
    readonly returnTrackingKey?: WireTrackingKey | null;
    readonly returnAddressCarrierId?: string | null;
  }[];
}

export interface WireTrackingKey {
  readonly carrier: string;
  /** Missing for forwarders. */
  readonly trackingNumber?: string | null;
}

export interface WireShipmentState {
  /** SENT, ON_THE_WAY, DELIVERED, DELIVERED_FOR_PICKUP, DELIVERY_ATTEMPT_FAILED, ISSUE_OCCURRED. */
  readonly state: string;
  readonly occurredOn: string;
}

/** `GET /v3/returns`: newest status change first, in pages by number. */
export interface WireReturnPage {
  readonly positionItems: readonly WireReturn[];
  readonly links?: readonly WireLink[];
}

export type WireReturnStatus = 'ANNOUNCED' | 'ACCEPTED' | 'REJECTED' | 'MISDIRECTED';

/** One unit on its way back. */
export interface WireReturn {
  readonly positionItemId: string;
  readonly salesOrderId: string;
  readonly status: WireReturnStatus;
  /** When the status last changed. */
  readonly occurredTime: string;
  readonly details?: {
    readonly condition?: string | null;
    readonly reason?: string | null;
    readonly orderNumber?: string | null;
    readonly ottoWarehouseID?: string | null;
    readonly returnTrackingKey?: {
      readonly carrier?: string | null;
      readonly trackingNumbers?: readonly string[] | null;
    } | null;
  } | null;
}
