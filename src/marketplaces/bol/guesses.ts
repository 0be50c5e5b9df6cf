// What bol does not document, or nobody has seen, in one place. Each is a guess until an account shows otherwise.

const minute = 60_000;
const day = 24 * 60 * minute;

/** Guess: bol names no currency; the shops in both its countries, the Netherlands and Belgium, sell in euros. */
export const currency = 'EUR';

/** Guess: "up to 3 months" are 89 days at least. Other clients ask no further back. */
export const historyMs = 89 * day;

/** Guess: the days of `latest-change-date` are days in the Netherlands, as the instants in the answers are. */
export const zone = 'Europe/Amsterdam';

/** Guess: how late a change may show up in a list by change. */
export const changeLatenessMs = 10 * minute;

/**
 * Guess: the interval of `change-interval-minute` ends at each single request. So while its pages are read (2.4 s each) the
 * oldest changes drop out at its far end: it is asked for so much longer than is missing.
 */
export const intervalSlackMs = 10 * minute;

/** Guess: a shipment shows up in the list within this time after its `shipmentDateTime`. */
export const shipmentLatenessMs = 2 * day;

/** Guess: once delivered, or so long after it was shipped, a parcel has no more events. */
export const shipmentLifeMs = 30 * day;

/** Guess: which events end a parcel's way. */
export const lastEvents: readonly string[] = [
  'DELIVERED_AT_CUSTOMER',
  'DELIVERED_AT_NEIGHBOURS',
  'PICKED_UP_AT_PICK_UP_POINT',
  'RETURNED_TO_SENDER',
];

/** Guess: which of them mean that the buyer has it. */
export const deliveredEvents: readonly string[] = [
  'DELIVERED_AT_CUSTOMER',
  'DELIVERED_AT_NEIGHBOURS',
  'PICKED_UP_AT_PICK_UP_POINT',
];

/** Guess: so long after the last change of an order of which nothing is open, its details stay as they are. */
export const orderRestMs = 7 * day;

/**
 * Guess: the list of handled returns may run by the day of registration as well as by the day of handling. A return is
 * handled within this time of its registration; what takes longer comes with the daily full reading.
 */
export const returnHandlingMs = 30 * day;

/** Guess: values of `processingResult`. The vendor's schema has an example, ACCEPTED; the others were seen. */
export const processingResults = ['ACCEPTED', 'REJECTED', 'CANCELLED'] as const;

/** Guess: the token endpoint bears so many requests a minute. bol says only that tokens must be reused. */
export const tokensPerMinute = 10;

/** Guess: what no line of bol's table covers is limited like the slowest of its reads. */
export const otherRequestsPerMinute = 20;
