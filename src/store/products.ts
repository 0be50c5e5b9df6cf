import type { Executor } from './database.js';

/** What to say of a product: undefined leaves it as it is, or, of a new one, at its default. */
export interface ProductWrite {
  readonly sku: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly ean?: string | null;
  readonly vatRate?: string | null;
  readonly safetyBuffer?: number;
  readonly isActive?: boolean;
}

export interface Upserted {
  readonly created: number;
  readonly updated: number;
}

/** Writes products, each SKU once. What is so already is not touched. */
export async function upsertProducts(tx: Executor, rows: readonly ProductWrite[]): Promise<Upserted> {
  const [counts] = await tx.run<Upserted>({
    name: 'products-upsert',
    // locked in one order with those who change stock: by id, where there is one; of new ones nobody knows yet
    text: `with row as (
        select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bpchar[], $5::boolean[], $6::text[], $7::boolean[],
          $8::numeric[], $9::int[], $10::boolean[])
          as r (sku, title, price_minor, currency, has_ean, ean, has_vat_rate, vat_rate, safety_buffer, is_active)),
      held as (select id from products where sku = any($1) order by id for no key update),
      written as (
        insert into products as p (sku, title, price_minor, currency, ean, vat_rate, safety_buffer, is_active)
        select r.sku, r.title, r.price_minor, r.currency, case when r.has_ean then r.ean else k.ean end,
          case when r.has_vat_rate then r.vat_rate else k.vat_rate end, coalesce(r.safety_buffer, k.safety_buffer, 0),
          coalesce(r.is_active, k.is_active, true)
        from row r left join products k on k.sku = r.sku cross join (select count(*) from held) h
        order by r.sku
        on conflict (sku) do update set title = excluded.title, price_minor = excluded.price_minor,
          currency = excluded.currency, ean = excluded.ean, vat_rate = excluded.vat_rate,
          safety_buffer = excluded.safety_buffer, is_active = excluded.is_active, version = p.version + 1,
          changed_at = date_trunc('milliseconds', now())
        where (p.title, p.price_minor, p.currency, p.ean, p.vat_rate, p.safety_buffer, p.is_active) is distinct from
          (excluded.title, excluded.price_minor, excluded.currency, excluded.ean, excluded.vat_rate,
            excluded.safety_buffer, excluded.is_active)
        returning p.xmax = 0 as is_new)
      select (count(*) filter (where is_new))::int as created, (count(*) filter (where not is_new))::int as updated
      from written`,
    values: [
      rows.map(({ sku }) => sku),
      rows.map(({ title }) => title),
      rows.map(({ priceMinor }) => priceMinor),
      rows.map(({ currency }) => currency),
      rows.map(({ ean }) => ean !== undefined),
      rows.map(({ ean }) => ean ?? null),
      rows.map(({ vatRate }) => vatRate !== undefined),
      rows.map(({ vatRate }) => vatRate ?? null),
      rows.map(({ safetyBuffer }) => safetyBuffer ?? null),
      rows.map(({ isActive }) => isActive ?? null),
    ],
  });
  return counts as Upserted;
}

export interface ProductToSell {
  readonly id: string;
  readonly sku: string;
  readonly title: string;
  readonly ean: string | null;
  readonly priceMinor: number;
  readonly currency: string;
  readonly vatRate: string | null;
}

/** Active products by SKU, as they are now. */
export function productsToSell(tx: Executor, skus: readonly string[]): Promise<ProductToSell[]> {
  return tx.run<ProductToSell>({
    name: 'products-to-sell',
    text: `select id, sku, title, ean, price_minor::float8 as "priceMinor", currency, vat_rate as "vatRate"
      from products where sku = any($1) and is_active`,
    values: [skus],
  });
}
