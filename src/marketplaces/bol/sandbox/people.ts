import { chance } from '../../../sandbox/random.js';
import { draftOf } from './draft.js';

/** A buyer, invented, as bol shows one. */
export interface Buyer {
  readonly salutation: 'MALE' | 'FEMALE' | 'UNKNOWN';
  readonly firstName: string;
  readonly surname: string;
  readonly streetName: string;
  readonly houseNumber: string;
  readonly houseNumberExtension?: string;
  readonly extraAddressInformation?: string;
  /** `1012AB`, in Belgium `2000`. */
  readonly zipCode: string;
  readonly city: string;
  readonly countryCode: 'NL' | 'BE';
  readonly email: string;
}

const firstNames = ['Noor', 'Lotte', 'Daan', 'Zoë', 'Søren', 'Fatıma', 'Jan-Willem', 'Chloé', 'Bram', 'Anaïs'];
const surnames = ['van der Meulen', 'Peeters', "in 't Veld", 'De Smet', 'Çelik', 'Jansen', 'Ó Briain', 'Bakker-Smit'];
const streets = ['Proefstraat', 'Voorbeeldlaan', 'Lange Testgracht', "'s-Gravenweg", 'Rue de l’Essai'];
const places: Readonly<Record<Buyer['countryCode'], readonly (readonly [zip: string, city: string])[]>> = {
  NL: [
    ['9999ZZ', 'TESTSTAD'],
    ['1012AB', 'Amsterdam'],
    ['3511CE', 'UTRECHT'],
    ['5211AX', "'s-Hertogenbosch"],
  ],
  BE: [
    ['2000', 'Antwerpen'],
    ['0612', 'Proefdorp'],
    ['4000', 'LIÈGE'],
  ],
};

/** Who bought this order: the same for the same seed and order. */
export function buyerOf(seed: number, order: number): Buyer {
  const by = chance(seed, 12, order);
  const { country, leadingZeroZip } = draftOf(seed, order);
  const [zipCode, city] = leadingZeroZip ? (['0612', 'Proefdorp'] as const) : by.pick(places[country]);
  return {
    salutation: by.pick(['MALE', 'FEMALE', 'UNKNOWN'] as const),
    firstName: by.pick(firstNames),
    surname: by.pick(surnames),
    streetName: by.pick(streets),
    houseNumber: String(by.int(1, 240)),
    ...(by.is(0.25) && { houseNumberExtension: by.pick(['A', 'bis', '2hoog']) }),
    ...(by.is(0.08) && { extraAddressInformation: 'Bel bij nr 14' }),
    zipCode,
    city,
    countryCode: country,
    email: `2${by.int(0, 0x7fffffff).toString(36)}${by.int(0, 0x7fffffff).toString(36)}@verkopen.bol.com`,
  };
}
