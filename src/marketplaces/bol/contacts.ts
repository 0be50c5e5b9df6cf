// Whom bol's records name: as a postal address, and member by member for the API.
import { isCountry } from '../../commerce/country.js';
import type { Json } from '../../commerce/json.js';
import type { Address } from '../../commerce/order.js';
import type { Fields } from '../../http/fields.js';

/**
 * A pick-up point's name stands on the first line, above its street, as on a label; `company` is the buyer's own. House
 * number and extension are sent apart, in the Netherlands and in Belgium.
 */
export function addressOf(contact: Fields): Address {
  const text = (name: string) => joined(contact.optionalText(name));
  const street = joined(
    contact.optionalText('streetName'),
    contact.optionalText('houseNumber'),
    contact.optionalText('houseNumberExtension'),
  );
  return {
    name: joined(contact.optionalText('firstName'), contact.optionalText('surname')),
    company: text('company'),
    lines: [text('pickupPointName'), street, text('extraAddressInformation')].filter((line) => line !== null),
    postalCode: text('zipCode'),
    city: text('city'),
    stateOrProvince: null,
    country: countryOf(contact),
  };
}

/** `shipmentDetails`, `billingDetails` or `customerDetails`: each has some of the members. */
export function contactOf(contact: Fields): Json {
  const text = (name: string) => contact.optionalText(name);
  return {
    salutation: text('salutation'),
    firstName: text('firstName'),
    surname: text('surname'),
    company: text('company'),
    pickupPointName: text('pickupPointName'),
    streetName: text('streetName'),
    houseNumber: text('houseNumber'),
    houseNumberExtension: text('houseNumberExtension'),
    extraAddressInformation: text('extraAddressInformation'),
    zipCode: text('zipCode'),
    city: text('city'),
    countryCode: countryOf(contact),
    email: text('email'),
    deliveryPhoneNumber: text('deliveryPhoneNumber'),
    language: text('language'),
    vatNumber: text('vatNumber'),
    kvkNumber: text('kvkNumber'),
    orderReference: text('orderReference'),
  };
}

function countryOf(contact: Fields): string | null {
  const code = joined(contact.optionalText('countryCode'));
  if (code === null || isCountry(code)) return code;
  return contact.wrong('countryCode', `"${code.slice(0, 40)}" is not an alpha-2 country code`);
}

function joined(...parts: readonly (string | null)[]): string | null {
  const text = parts
    .map((part) => part?.trim())
    .filter((part) => part)
    .join(' ');
  return text || null;
}
