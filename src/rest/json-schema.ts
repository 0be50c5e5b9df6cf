// JSON Schema (2020-12, as in OpenAPI 3.1) of GraphQL's types and of what a selection answers with.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

export type JsonSchema = { [keyword: string]: unknown };

const scalars: Readonly<Record<string, JsonSchema>> = {
  Int: { type: 'integer', format: 'int32' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  String: { type: 'string' },
  ID: { type: 'string' },
  DateTime: { type: 'string', format: 'date-time' },
  Decimal: { type: 'string', pattern: '^-?\\d{1,18}(\\.\\d{1,18})?$' },
  CurrencyCode: { type: 'string', pattern: '^[A-Z]{3}$' },
  CountryCode: { type: 'string', pattern: '^[A-Z]{2}$' },
  CalendarDay: { type: 'string', format: 'date' },
  JSON: {},
};

/** Schemas by name, which others refer to. Made while they are asked for. */
export class Schemas {
  readonly components: Record<string, JsonSchema> = {};
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** Fragments of the same name must be the same. */
  addFragments(definitions: readonly { readonly kind: string }[]): void {
    for (const one of definitions as readonly FragmentDefinitionNode[]) {
      if (one.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(one.name.value, one);
    }
  }

  /** Of a value that comes in. */
  input(type: GraphQLInputType): JsonSchema {
    return this.ofType(type, (named) => {
      if (!isInputObjectType(named)) return this.leaf(named);
      return this.component(named.name, () => {
        const fields = Object.values(named.getFields());
        const required = fields.filter(isRequiredInputField).map(({ name }) => name);
        const properties = fields.map(({ name, type: of, description, defaultValue }) => [
          name,
          { ...this.input(of), ...told(description), ...(defaultValue !== undefined && { default: defaultValue }) },
        ]);
        return {
          type: 'object',
          ...told(named.description),
          properties: Object.fromEntries(properties),
          ...(required.length && { required }),
          additionalProperties: false,
          ...(named.isOneOf && { minProperties: 1, maxProperties: 1 }),
        };
      });
    });
  }

  /** Of a value that goes out. */
  output(type: GraphQLOutputType, selection: SelectionSetNode | undefined): JsonSchema {
    return this.ofType(type, (named) =>
      isCompositeType(named) ? this.selected(named, selection as SelectionSetNode) : this.leaf(named),
    );
  }

  /** A selection of nothing but a fragment is that fragment's schema. */
  private selected(type: GraphQLCompositeType, { selections }: SelectionSetNode): JsonSchema {
    const [first] = selections;
    if (selections.length !== 1 || first?.kind !== Kind.FRAGMENT_SPREAD)
      return this.object(type, { selections } as never);
    const name = first.name.value;
    const fragment = this.fragments.get(name) as FragmentDefinitionNode;
    return this.component(name, () => this.object(this.typeOf(fragment.typeCondition), fragment.selectionSet));
  }

  private object(type: GraphQLCompositeType, selection: SelectionSetNode): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    this.collect(type, selection, true, properties, required);
    return { type: 'object', ...told(type.description), properties, required, additionalProperties: false };
  }

  /** `always`: false within a part that only some types have. */
  private collect(
    type: GraphQLCompositeType,
    { selections }: SelectionSetNode,
    always: boolean,
    properties: Record<string, JsonSchema>,
    required: string[],
  ): void {
    for (const one of selections) {
      if (one.kind === Kind.FIELD) {
        const name = one.alias?.value ?? one.name.value;
        properties[name] = this.field(type, one);
        if (always && !one.directives?.length) required.push(name);
        continue;
      }
      const part =
        one.kind === Kind.INLINE_FRAGMENT ? one : (this.fragments.get(one.name.value) as FragmentDefinitionNode);
      const on = part.typeCondition ? this.typeOf(part.typeCondition) : type;
      this.collect(on, part.selectionSet, always && on === type, properties, required);
    }
  }

  private field(type: GraphQLCompositeType, { name, selectionSet }: FieldNode): JsonSchema {
    const field = 'getFields' in type ? type.getFields()[name.value] : undefined;
    if (!field) return { type: 'string' };
    return { ...this.output(field.type, selectionSet), ...told(field.description) };
  }

  private typeOf(condition: { readonly name: { readonly value: string } }): GraphQLCompositeType {
    return typeFromAST(this.schema, condition as never) as unknown as GraphQLCompositeType;
  }

  private leaf(type: GraphQLNamedType): JsonSchema {
    if (!isEnumType(type)) return scalars[type.name] ?? {};
    return this.component(type.name, () => {
      const values = type.getValues();
      const list = values.map(({ name, description }) => `* \`${name}\`: ${description}`).join('\n');
      return { type: 'string', description: `${type.description}\n\n${list}`, enum: values.map(({ name }) => name) };
    });
  }

  private component(name: string, make: () => JsonSchema): JsonSchema {
    if (!this.components[name]) {
      this.components[name] = {};
      this.components[name] = make();
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  private ofType(
    type: GraphQLInputType | GraphQLOutputType,
    named: (type: GraphQLNamedType) => JsonSchema,
  ): JsonSchema {
    const nullable = getNullableType(type) as GraphQLInputType;
    const schema = isListType(nullable)
      ? { type: 'array', items: this.ofType(nullable.ofType, named) }
      : named(nullable as GraphQLNamedType);
    return isNonNullType(type) ? schema : orNull(schema);
  }
}

export const told = (description: string | null | undefined): JsonSchema => (description ? { description } : {});

function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  return schema.$ref ? { anyOf: [schema, { type: 'null' }] } : schema;
}
