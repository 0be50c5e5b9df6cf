import { concat, literal, missing, object, type Piece, type Pieces, quoted, sql, Values } from './json.js';
import type { Selected, Selection, Variant } from './selection.js';
import { at, type Catalog, type Column, type FieldShape, type Fields, type Shape, type TypeNames } from './shape.js';

/** The key under which a row tells its type where graphql-js must find it. No GraphQL name begins with a dollar sign. */
export const typeKey = '$type';

/**
 * Makes the SQL expression of one answer. `typed` adds the type to every object of an abstract type: graphql-js needs it,
 * a text that goes straight to the client must not have it.
 */
export class Compiler {
  readonly values = new Values();
  private aliases = 0;

  constructor(
    readonly catalog: Catalog,
    readonly typed: boolean,
  ) {}

  alias(): string {
    return `t${this.aliases++}`;
  }

  shape(name: string): Shape {
    const shape = this.catalog.shapes.get(name);
    if (!shape) throw new Error(`there is no shape for ${name}`);
    return shape;
  }

  /** The JSON of a row of this shape. */
  row(selection: Selection, shape: Shape, row: string): Pieces {
    if (!shape.marketplace) {
      const variant = selection.variants.find(({ types }) => types.includes(shape.noun));
      if (!variant) throw new Error(`${shape.noun} is not among the types that are asked for`);
      return this.variant(selection, variant.fields, shape, row, [literal(shape.noun)]);
    }
    return this.rowByMarketplace(selection, shape, row, at(shape.marketplace, row));
  }

  private rowByMarketplace(selection: Selection, shape: Shape, row: string, marketplace: string): Pieces {
    const names = this.catalog.typeNames[shape.noun] ?? {};
    const variants = selection.variants
      .flatMap((variant) => apart(variant, shape))
      .map((variant) => ({
        ...variant,
        codes: Object.keys(names).filter((code) => variant.types.includes(names[code] as string)),
      }))
      .filter(({ codes }) => codes.length);
    const [most, ...others] = variants.sort((a, b) => b.codes.length - a.codes.length);
    if (!most) return [literal('{}')];
    const build = ({ fields, codes, types }: Variant & { codes: string[] }) =>
      this.variant(selection, fields, shape, row, typeName(names, codes, marketplace), ownFields(shape, types));
    if (others.length === 0) return build(most);
    const cases = others.map(
      (other) => `when ${marketplace} in (${other.codes.map(quoted).join(', ')}) then ${concat(build(other))}`,
    );
    return [sql(`case ${cases.join(' ')} else ${concat(build(most))} end`)];
  }

  private variant(
    selection: Selection,
    fields: readonly Selected[],
    shape: Shape,
    row: string,
    type: Pieces,
    own: Fields = {},
  ): Pieces {
    const members: [string, Pieces][] = fields.map((field) => [
      field.key,
      field.name === '__typename' ? quote(type) : this.field(field, shape, row, own),
    ]);
    return object(this.typed && selection.abstract ? [[typeKey, quote(type)], ...members] : members);
  }

  private field(field: Selected, shape: Shape, row: string, own: Fields): Pieces {
    const found = own[field.name] ?? shape.fields[field.name];
    if (found) return this.shaped(field, found, row);
    if (!shape.details) throw new Error(`the shape of ${shape.noun} does not know ${field.name}`);
    return this.document(field, `${row}.${shape.details}->${quoted(field.name)}`);
  }

  /** The JSON of a field whose shape is known. */
  shaped(field: Selected, shape: FieldShape, row: string): Pieces {
    switch (shape.kind) {
      case 'value':
        return shape.pieces(row);
      case 'inline':
        return this.inline(field, shape.fields, row, shape.isNull?.(row));
      case 'own':
        return shape.compile(this, field, row);
      case 'document':
        return this.document(field, columnOf(shape.column, row));
      case 'one': {
        const other = this.alias();
        const found = `(select ${concat(this.row(selectionOf(field), this.shape(shape.shape), other))} from ${shape.from(row, other)} limit 1)`;
        return [sql(`coalesce(${found}, ${quoted(shape.nullable ? 'null' : missing)})`)];
      }
      case 'many': {
        const other = this.alias();
        const element = concat(this.row(selectionOf(field), this.shape(shape.shape), other));
        return list(element, shape.orderBy(other), shape.from(row, other));
      }
    }
  }

  private inline(field: Selected, fields: Fields, row: string, isNull: string | undefined): Pieces {
    const { types, fields: selected } = onlyVariant(field);
    const pieces = object(
      selected.map((inner): [string, Pieces] => {
        if (inner.name === '__typename') return [inner.key, [literal(`"${types[0]}"`)]];
        const shape = fields[inner.name];
        if (!shape) throw new Error(`the shape of ${types[0]} does not know ${inner.name}`);
        return [inner.key, this.shaped(inner, shape, row)];
      }),
    );
    return isNull ? [sql(`case when ${isNull} then 'null' else ${concat(pieces)} end`)] : pieces;
  }

  /** A value that is JSON in the form of the API already: scalars as they are, objects under the keys of the query. */
  private document(field: Selected, json: string): Pieces {
    const absent = quoted(field.nonNull ? missing : 'null');
    if (!field.of) {
      return [
        sql(
          field.nonNull ? `coalesce(nullif((${json})::text, 'null'), ${absent})` : `coalesce((${json})::text, 'null')`,
        ),
      ];
    }
    if (!field.list) {
      return [
        sql(`case when jsonb_typeof(${json}) = 'object' then ${concat(this.members(field, json))} else ${absent} end`),
      ];
    }
    const other = this.alias();
    const [elements] = list(
      concat(this.members(field, `${other}.element`)),
      `${other}.place`,
      `jsonb_array_elements(${json}) with ordinality as ${other} (element, place)`,
    );
    return [
      sql(`case when jsonb_typeof(${json}) = 'array' then ${(elements as { sql: string }).sql} else ${absent} end`),
    ];
  }

  private members(field: Selected, json: string): Pieces {
    const { types, fields } = onlyVariant(field);
    return object(
      fields.map((inner): [string, Pieces] => [
        inner.key,
        inner.name === '__typename'
          ? [literal(`"${types[0]}"`)]
          : this.document(inner, `(${json})->${quoted(inner.name)}`),
      ]),
    );
  }
}

const ownFields = (shape: Shape, types: readonly string[]): Fields =>
  (types.length === 1 && shape.own?.[types[0] as string]) || {};

/** A type with fields of its own is a variant of its own, also where the same is asked of others. */
function apart(variant: Variant, { own = {} }: Shape): Variant[] {
  const single = variant.types.filter((type) => type in own);
  const others = variant.types.filter((type) => !(type in own));
  if (single.length === 0 || variant.types.length === 1) return [variant];
  const hasOwn = variant.fields.some(({ name }) => single.some((type) => name in (own[type] as Fields)));
  if (!hasOwn) return [variant];
  return [
    ...single.map((type) => ({ ...variant, types: [type] })),
    ...(others.length ? [{ ...variant, types: others }] : []),
  ];
}

const columnOf = (column: Column, row: string) => at(column, row);
const quote = (pieces: Pieces): Piece[] => [literal('"'), ...pieces, literal('"')];

export function selectionOf(field: Selected): Selection {
  if (!field.of) throw new Error(`${field.name} has no selection`);
  return field.of;
}

/** What is asked of a field that is always of one object type. */
export function onlyVariant(field: Selected): Variant {
  return selectionOf(field).variants[0] as Variant;
}

export function list(element: string, orderBy: string, from: string): [Piece] {
  return [sql(`(select concat('[', string_agg(${element}, ',' order by ${orderBy}), ']') from ${from})`)];
}

function typeName(names: TypeNames, codes: readonly string[], marketplace: string): Pieces {
  if (codes.length === 1) return [literal(names[codes[0] as string] as string)];
  const cases = codes.map((code) => `when ${quoted(code)} then ${quoted(names[code] as string)}`);
  return [sql(`case ${marketplace} ${cases.join(' ')} end`)];
}
