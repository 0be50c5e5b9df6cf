// The typed client: hand it a document from `./generated`, get the typed answer.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, print } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import ky from 'ky';

export * from './generated/operations.js';

/** One error of an answer: `extensions.code` is stable, the message is for people. */
export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly [key: string]: unknown };
}

/** The server answered with errors. Expected failures of mutations are not here but in their `userErrors`. */
export class LadingError extends Error {
  override readonly name = 'LadingError';
  constructor(readonly errors: readonly ApiError[]) {
    super(errors.map((error) => error.message).join('; '));
  }

  /** The first error's stable code. */
  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

export interface ClientOptions {
  /** Where Lading listens, without a path: `http://localhost:4000`. */
  readonly url: string;
  /** `LADING_ADMIN_KEY` of the server, where it has one. */
  readonly apiKey?: string;
  /** Milliseconds for one request; 30 s unless given. */
  readonly timeoutMs?: number;
}

/** Left out where an operation has no variable that must be given. */
type VariablesOf<Variables> = object extends Variables ? [variables?: Variables] : [variables: Variables];

export interface Client {
  /** Runs a query or mutation. Throws a LadingError when the server answers with errors. */
  request<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    ...variables: VariablesOf<Variables>
  ): Promise<Result>;
  /**
   * The file of an export from its `url`, piece by piece as it comes. Throws a LadingError when the link is refused; a file
   * that breaks off ends with an error.
   */
  download(url: string, options?: { readonly signal?: AbortSignal }): Promise<ReadableStream<Uint8Array>>;
  /** Follows a subscription until the loop is left. Reconnects when the connection drops. */
  subscribe<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    ...variables: VariablesOf<Variables>
  ): AsyncGenerator<Result, void, void>;
}

/** A client of one Lading server. Holds no connection until it is used. */
export function createClient({ url, apiKey, timeoutMs = 30_000 }: ClientOptions): Client {
  const base = url.replace(/\/+$/, '');
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  const sse = createSseClient({ url: `${base}/graphql/stream`, headers });
  return {
    async request(document, ...[variables]) {
      const { data, errors } = await ky
        .post(`${base}/graphql`, {
          json: { query: print(document as DocumentNode), variables },
          headers,
          timeout: timeoutMs,
          throwHttpErrors: false,
          retry: 0,
        })
        .json<{ data?: never; errors?: ApiError[] }>();
      if (errors?.length || !data) throw new LadingError(errors ?? [{ message: 'The server answered without data.' }]);
      return data;
    },
    async download(path, { signal } = {}) {
      const options = { timeout: false, throwHttpErrors: false, retry: 0, ...(signal && { signal }) } as const;
      const answer = await ky.get(`${base}${path}`, options);
      if (answer.ok && answer.body) return answer.body;
      const { errors } = (await answer.json().catch(() => ({}))) as { errors?: ApiError[] };
      throw new LadingError(errors ?? [{ message: `The server answered with status ${answer.status}.` }]);
    },
    subscribe(document, ...[variables]) {
      const query = print(document as DocumentNode);
      const events = sse.iterate({ query, variables: variables as Record<string, unknown> | undefined });
      return leftAtOnce(events, answersOf(events));
    },
  };
}

/** What a subscription yields. */
interface Yielded {
  readonly data?: unknown;
  readonly errors?: readonly object[];
}

async function* answersOf<Result>(events: AsyncIterable<Yielded>): AsyncGenerator<Result, void, void> {
  for await (const { data, errors } of events) {
    if (errors?.length) throw new LadingError(errors as readonly ApiError[]);
    if (data) yield data as Result;
  }
}

/** `return()` of a generator waits for the event under way, which may never come: the connection is closed first. */
function leftAtOnce<Result>(
  events: AsyncIterableIterator<unknown>,
  answers: AsyncGenerator<Result, void, void>,
): AsyncGenerator<Result, void, void> {
  const end = answers.return.bind(answers);
  answers.return = async () => {
    await events.return?.();
    return end();
  };
  return answers;
}
