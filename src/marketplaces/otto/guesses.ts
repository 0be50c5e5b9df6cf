// What OTTO does not document, or says in two ways, in one place. Each is a guess until an account shows otherwise.

import type { Failure } from '../../commerce/marketplace.js';

/** Guess: the least that reads orders, shipments and returns. A token lacks what was not asked for; names as of 2025. */
export const scopes = ['orders', 'shipments', 'returns'] as const;

/**
 * Guess: a 403 without a JSON body is the firewall's, which blocks an address that hammers, and not a refusal: taking it
 * for one would stop the shop until someone acts.
 */
export const forbiddenWithoutJson: Failure = 'RATE_LIMITED';

/** Guess: older than any shipment. `datefrom` is mandatory, and the marketplace opened to partners in 2020. */
export const shipmentsBeginning = '2018-01-01';

/**
 * Guess: within this time a shipment was delivered or given up. Its later states are seen by reading the list again from
 * so far back, since there is no filter by change.
 */
export const shipmentLifeMs = 14 * 86_400_000;

/** Guess: how late a change may show up under its change date, and how far our clocks may differ. */
export const changeLatenessMs = 15 * 60_000;

/** Guess: between two readings of neighbouring pages at most so many returns leave a list. More are noticed. */
export const returnsLeavingMax = 10;

/** Guess: the name of a buyer who is a company stands in first and last name; there is no member for it. */
export const companySalutation = 'COMPANY';
