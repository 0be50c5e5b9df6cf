// What a query asks of a type, as plain data: the graph makes it from GraphQL, the shapes compile it to SQL.

/** One field of the answer. */
export interface Selected {
  /** The key in the answer: the alias, or the field's name. */
  readonly key: string;
  readonly name: string;
  /** Argument values, defaults filled in. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Does the schema promise that it is never null? */
  readonly nonNull: boolean;
  readonly list: boolean;
  /** What is asked of the object or objects behind the field; null for scalars and enums. */
  readonly of: Selection | null;
}

/** Object types of which the same is asked. */
export interface Variant {
  readonly types: readonly string[];
  readonly fields: readonly Selected[];
}

export interface Selection {
  /** Can it be of more than one type, as far as the schema knows? */
  readonly abstract: boolean;
  /** At least one; more only where fragments ask different things of different types. */
  readonly variants: readonly Variant[];
}
