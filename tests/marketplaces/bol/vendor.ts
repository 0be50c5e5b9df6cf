import fs from 'node:fs';

/** bol's own description of its API. It is not ours to copy: where it does not lie beside the project, its tests are skipped. */
const file = '../shared/marketplaces/bol/openapi/retailer-v10.json';

export const vendorSchema = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as VendorSchema) : null;
if (!vendorSchema) console.warn(`skipped: ${file} is not here, so nothing is compared with bol's own schema`);

export interface VendorSchema {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** A member that holds a value, `shipmentItems.product.ean`. */
export interface Leaf {
  readonly path: string;
  readonly schema: Schema;
}

export function leavesOf(vendor: VendorSchema, name: string): Leaf[] {
  return [...walk(vendor, { $ref: `#/components/schemas/${name}` }, '')];
}

function* walk(vendor: VendorSchema, schema: Schema, path: string): Generator<Leaf> {
  const { $ref, items, properties } = schema;
  if ($ref) return yield* walk(vendor, vendor.components.schemas[$ref.split('/').at(-1) ?? ''] as Schema, path);
  if (items) return yield* walk(vendor, items, path);
  if (!properties) return yield { path, schema };
  for (const [name, member] of Object.entries(properties)) {
    yield* walk(vendor, member, path ? `${path}.${name}` : name);
  }
}

/** A record in which every leaf is filled, each list has two items, and no two values are the same where that can be. */
export function filled(vendor: VendorSchema, name: string): Record<string, unknown> {
  let count = 0;
  const fill = (schema: Schema, path: string): unknown => {
    const { $ref, items, properties } = schema;
    if ($ref) return fill(vendor.components.schemas[$ref.split('/').at(-1) ?? ''] as Schema, path);
    if (items) return [fill(items, path), fill(items, path)];
    if (!properties) return valueFor(schema, path.split('.').at(-1) ?? '', ++count);
    return Object.fromEntries(
      Object.entries(properties).map(([member, inner]) => [member, fill(inner, `${path}.${member}`)]),
    );
  };
  return fill({ $ref: `#/components/schemas/${name}` }, '') as Record<string, unknown>;
}

/** What is free text for the schema, and not for bol. */
const meant: Readonly<Record<string, (count: number) => unknown>> = {
  countryCode: (count) => (count % 2 ? 'NL' : 'BE'),
  method: () => 'FBB',
  fulfilmentMethod: () => 'FBB',
  processingResult: (count) => (count % 2 ? 'ACCEPTED' : 'REJECTED'),
  quantity: (count) => 1_000 + count,
  expectedQuantity: (count) => 5_000 + count,
};

function valueFor({ type, format, enum: values }: Schema, name: string, count: number): unknown {
  const value = meant[name]?.(count);
  if (value !== undefined) return value;
  if (values) return values[count % values.length];
  if (format === 'date-time') return new Date(Date.UTC(2026, 8, 1, 0, count, 0, count)).toISOString();
  if (format === 'date') return new Date(Date.UTC(2026, 0, count)).toISOString().slice(0, 10);
  if (type === 'boolean') return count % 2 === 0;
  if (type === 'integer') return count;
  if (type === 'number') return 1_000 + count / 100;
  return `${name} ${count}`;
}
