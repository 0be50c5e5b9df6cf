import type { UserErrorCode } from '../graph/user-error.js';

/*
 * What a route of the REST façade is: an address, and the GraphQL operation that it stands for. Everything else is read
 * off the operation: its variables are what the route takes, its selection is what the route answers with.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/orders/{id}`: what stands in braces is a variable of the operation. */
  readonly path: string;
  /** The heading that it stands under in the documentation. */
  readonly tag: string;
  /** What it does, in a few words. */
  readonly title: string;
  /** What one should know of it, beyond what its operation says. */
  readonly description?: string;
  /**
   * The operation. Variables that are not in the path are query parameters of GET and DELETE, members of the JSON body
   * of POST and PATCH, under the same name and of the same type.
   */
  readonly document: string;
  /** What variables mean, where the place that they are used in does not say it well. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** A field beside `result` that is null where what the path names is not there. */
  readonly requires?: string;
  /** Where the answer's body stands in the operation's result: `['orderPlace', 'order']`. */
  readonly result: readonly string[];
  readonly status: 200 | 201;
  /** Where a thing that was made is found from now on: `/orders/{id}`, with a member of the body in braces. */
  readonly location?: string;
  /** The refusal where nothing failed, but there is nothing. A list is always there. */
  readonly missing?: { readonly code: keyof typeof UserErrorCode; readonly message: string };
  /** A request to begin with, for the documentation and the request collection. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** What later requests of the collection take from the answer: `{ orderId: 'id' }`. */
  readonly captures?: Readonly<Record<string, string>>;
}

/** Why a mutation did nothing, as every route needs it. */
export const userErrors = `userErrors {
  code
  field
  message
  ... on InsufficientStockError { sku requested available }
}`;
