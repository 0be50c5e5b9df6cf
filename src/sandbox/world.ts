import type { Chance } from './random.js';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/**
 * "Now" of every pretend marketplace when it starts, unless told otherwise. Fixed, so that a second start finds exactly
 * the same orders and a second sync changes nothing.
 */
export const sandboxEpoch = '2026-11-16T08:00:00.000Z';

/** The world's time. It stands still until somebody moves it. */
export interface WorldClock {
  now(): number;
  advance(ms: number): void;
}

export function worldClock(start: number): WorldClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError('a world does not go back in time');
      now += ms;
    },
  };
}

/** What the pretend sellers sell. Prices are EUR cents incl. VAT. */
export interface Product {
  readonly sku: string;
  readonly title: string;
  readonly ean: string;
  readonly priceMinor: number;
  readonly vatRate: number;
  /** Goes by forwarder, not by parcel. */
  readonly freight: boolean;
  /** The old device is taken back on delivery. */
  readonly takesBackOld?: boolean;
  /** How often it is bought, in relation to the others. */
  readonly weight: number;
  readonly dimension?: { readonly type: string; readonly displayName: string; readonly value: string };
}

const size = (value: string) => ({ type: 'SIZE', displayName: 'Größe', value });
const color = (value: string) => ({ type: 'COLOR', displayName: 'Farbe', value });

/** The first five are the ones OTTO's own sandbox puts into its test orders: titles, EANs and SKUs are OTTO's. */
export const products: readonly Product[] = [
  {
    sku: 'SmartCM1000-schwarz-1',
    title: 'Smartphone »CallMe 1000«',
    ean: '1245780164732',
    priceMinor: 39900,
    vatRate: 19,
    freight: false,
    weight: 10,
    dimension: color('schwarz'),
  },
  {
    sku: 'FancyFlower-m-pi',
    title: 'Fancy Shirt »Flower«',
    ean: '4851278936452',
    priceMinor: 1999,
    vatRate: 19,
    freight: false,
    weight: 30,
    dimension: size('M'),
  },
  {
    sku: '0440-Rasen-T-V1',
    title: 'Rasenmäher »Turbo V1«',
    ean: '9821393948573',
    priceMinor: 24900,
    vatRate: 19,
    freight: false,
    weight: 7,
  },
  {
    sku: 'Sped-Wohn-3-98735',
    title: 'Wohnlandschaft »Drei«',
    ean: '8263748321943',
    priceMinor: 129900,
    vatRate: 19,
    freight: true,
    weight: 3,
    dimension: color('grau'),
  },
  {
    sku: 'Sped-Kühl084-kombi',
    title: 'Kühl-Gefrier-Kombination »COOL EXTREM«',
    ean: '7263000981290',
    priceMinor: 79900,
    vatRate: 19,
    freight: true,
    takesBackOld: true,
    weight: 4,
  },
  ...catalogItems(),
];

/** Twenty-seven more, so that "most popular" is a question: plain things in sizes or colours, one at the reduced rate. */
function catalogItems(): Product[] {
  const series = [
    { sku: 'Hoodie-Nord', title: 'Kapuzenpullover »Nord«', priceMinor: 4995, weight: 12, of: ['S', 'M', 'L', 'XL'] },
    { sku: 'Jeans-Straight', title: 'Jeans »Straight«', priceMinor: 5999, weight: 9, of: ['W30', 'W32', 'W34'] },
    { sku: 'Handtuch-Set', title: 'Handtuch-Set »Küste«', priceMinor: 2490, weight: 14, of: ['weiß', 'blau', 'grün'] },
    { sku: 'Pfanne-28', title: 'Bratpfanne »Gusto« 28 cm', priceMinor: 3450, weight: 8, of: ['schwarz', 'rot'] },
    { sku: 'LED-Band', title: 'LED-Lichtband »Glow«', priceMinor: 1795, weight: 16, of: ['2 m', '5 m', '10 m'] },
    { sku: 'Buch-Garten', title: 'Buch »Mein Garten«', priceMinor: 1290, weight: 6, of: ['gebunden'], vatRate: 7 },
    { sku: 'Kissen-Daune', title: 'Daunenkissen »Wolke«', priceMinor: 6900, weight: 5, of: ['40x80', '80x80'] },
    { sku: 'Rucksack-Trek', title: 'Rucksack »Trek«', priceMinor: 8950, weight: 6, of: ['22 l', '35 l', '50 l'] },
    { sku: 'Tasse-Gruß', title: 'Tasse »Grüße«', priceMinor: 899, weight: 20, of: ['rot', 'gelb', 'blau', 'türkis'] },
    { sku: 'Lampe-Tisch', title: 'Tischleuchte »Ära«', priceMinor: 7499, weight: 4, of: ['messing', 'chrom'] },
  ];
  return series.flatMap(({ sku, title, priceMinor, weight, of, vatRate }, row) =>
    of.map((value, column) => ({
      sku: `${sku}-${value.replaceAll(' ', '')}`,
      title,
      ean: `40${String(10_000_000_000 + row * 1_000_000 + column * 137).slice(1)}7`,
      priceMinor: priceMinor + column * 100,
      vatRate: vatRate ?? 19,
      freight: false,
      weight: weight / of.length,
      dimension: /^[A-Z0-9x]+$| /.test(value) ? size(value) : color(value),
    })),
  );
}

export const productWeights: readonly number[] = products.map(({ weight }) => weight);

/** A buyer, invented. */
export interface Person {
  readonly salutation: 'MR' | 'MS';
  readonly firstName: string;
  readonly lastName: string;
  readonly street: string;
  readonly houseNumber: string;
  readonly zipCode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

const women = ['Erika', 'Änne', 'Zoë', 'Fatma', 'Renée', 'Johanna', 'Svetlana', 'Mia'];
const men = ['Max', 'Jürgen', 'Søren', 'Mehmet', 'André', 'Łukasz', 'Ben', 'Björn'];
const lastNames = [
  'Mustermann',
  'Müller-Lüdenscheidt',
  'Weiß',
  'Yılmaz',
  'O’Brien',
  'Nowak',
  'Schröder',
  'van der Berg',
];
const streets = ['Beispielstr.', 'Große Bleichen', 'Am Deich', 'Lindenallee', 'Königsweg', 'Straße des 17. Juni'];
const cities: Readonly<Record<string, readonly (readonly [zip: string, city: string])[]>> = {
  DE: [
    ['20095', 'Hamburg'],
    ['80331', 'München'],
    ['01067', 'Dresden'],
    ['50667', 'Köln'],
    ['99084', 'Erfurt'],
  ],
  AT: [
    ['1010', 'Wien'],
    ['5020', 'Salzburg'],
    ['9020', 'Klagenfurt am Wörthersee'],
  ],
  CH: [
    ['8001', 'Zürich'],
    ['1204', 'Genève'],
  ],
  NL: [
    ['1012 AB', 'Amsterdam'],
    ['3511 CE', 'Utrecht'],
  ],
  BE: [
    ['1000', 'Brussel'],
    ['4000', 'Liège'],
  ],
};

export function person(by: Chance, country: string): Person {
  const [zipCode, city] = by.pick(cities[country] ?? [['00000', 'Nirgendwo']]);
  const female = by.is(0.5);
  return {
    salutation: female ? 'MS' : 'MR',
    firstName: by.pick(female ? women : men),
    lastName: by.pick(lastNames),
    street: by.pick(streets),
    houseNumber: `${by.int(1, 180)}${by.is(0.2) ? 'a' : ''}`,
    zipCode,
    city,
    country,
  };
}
