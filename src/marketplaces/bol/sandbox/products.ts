/** What the pretend seller sells at bol. Prices are EUR cents incl. VAT. */
export interface BolProduct {
  /** The seller's own key; some offers have none. */
  readonly reference: string | null;
  readonly ean: string;
  readonly title: string;
  readonly priceMinor: number;
  /** bol's share of the price, percent. */
  readonly commissionPercent: number;
  /** How often it is bought, in relation to the others. */
  readonly weight: number;
  /** Lies in bol's warehouse (LVB). */
  readonly atBol?: boolean;
  /** A service that can be bought with it. */
  readonly service?: string;
}

const p = (
  reference: string | null,
  ean: string,
  title: string,
  priceMinor: number,
  weight: number,
  more: Partial<BolProduct> = {},
): BolProduct => ({ reference, ean, title, priceMinor, commissionPercent: 15, weight, ...more });

/** Two begin with a zero, two have no reference, a third lies at bol. */
export const bolProducts: readonly BolProduct[] = [
  p('MOK-ROOD-350', '8712345000127', 'Mok 350 ml - Rood', 1299, 30),
  p(null, '8719001234568', 'Dinerbord 27 cm - Wit - Set van 4', 3450, 12),
  p('LAMP-E27-WARM', '5410123456786', 'Ledlamp E27 - Warm wit - 3 stuks', 1895, 22),
  p('FIETSBEL-KOP', '0012345678905', 'Fietsbel koper', 999, 18),
  p('BOEK-TUIN', '9789012345675', 'De kleine tuin, het hele jaar', 2299, 15, { atBol: true, commissionPercent: 12 }),
  p('DEKBED-240', '8712345000219', 'Dekbed 4 seizoenen 240 x 220 cm', 8995, 5, { atBol: true }),
  p('KABEL-USBC-2M', '8712345000318', 'USB-C-kabel 2 meter - Zwart', 1149, 40, { atBol: true, commissionPercent: 17 }),
  p('RUGZAK-22', '8712345000417', 'Rugzak 22 liter - Grijs', 4999, 8, { atBol: true }),
  p('WASMACHINE-8', '8712345000516', 'Wasmachine 8 kg - 1400 toeren', 44900, 2, {
    service: 'PLACEMENT_AND_INSTALLATION',
  }),
  p('SOKKEN-39-42', '8712345000615', 'Wollen sokken 39-42 - 5 paar', 1795, 25),
  p('SOKKEN-43-46', '8712345000714', 'Wollen sokken 43-46 - 5 paar', 1795, 20),
  p(null, '0098765432104', 'Legpuzzel Grachten - 1000 stukjes', 1649, 10, { atBol: true }),
  p('KOELTAS-ÉÉN', '8712345000813', 'Koeltas “Één dag” 20 l', 2785, 7),
  p('PLANT-3', '8712345000912', 'Kunstplanten - Set van 3', 3333, 9),
];

export const atBol: readonly number[] = indexesOf(true);
export const atSeller: readonly number[] = indexesOf(false);

function indexesOf(wanted: boolean): number[] {
  return [...bolProducts.keys()].filter((index) => (bolProducts[index]?.atBol ?? false) === wanted);
}

/** The key by which sales are counted: the seller's own, else the EAN. */
export const skuOf = (product: number): string => bolProducts[product]?.reference ?? bolProducts[product]?.ean ?? '';
