import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { createExecutableGraph } from '../../src/graph/schema.js';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { createServer, type Server, type ServerOptions } from '../../src/server.js';
import { createVault, type Vault } from '../../src/store/vault.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  readonly data: any;
  readonly errors: readonly {
    message: string;
    path?: unknown[];
    extensions: { code: string } & Record<string, unknown>;
  }[];
}

/** A real server with the real graph on a database of its own. Nobody syncs. */
export interface Stage extends Fresh {
  readonly server: Server;
  readonly vault: Vault;
  /** Everything that was logged, at level debug, as JSON lines. */
  readonly logged: () => string;
  /** Sends a GraphQL request. */
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<GraphQLAnswer>;
  /** Sends a body as it is. */
  post(body: string, headers?: Record<string, string>): Promise<GraphQLAnswer>;
}

/** Options may be made from the database, as what works on it must be. */
export async function openStage(
  options: Partial<ServerOptions> | ((fresh: Fresh) => Partial<ServerOptions>) = {},
): Promise<Stage> {
  const fresh = await freshDatabase();
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const vault = createVault([randomBytes(32)]);
  const server = await createServer({
    db: fresh.db,
    vault,
    marketplaces,
    sandboxFor: () => false,
    graph: await createExecutableGraph({ marketplaces }),
    log: createLog({ level: 'debug', format: 'json', stream }),
    host: '127.0.0.1',
    port: 0,
    adminKey: null,
    ...(typeof options === 'function' ? options(fresh) : options),
  });
  const post = async (body: string, headers: Record<string, string> = {}): Promise<GraphQLAnswer> => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await answer.text();
    const json = text.startsWith('{') ? JSON.parse(text) : {};
    return { status: answer.status, headers: answer.headers, text, data: json.data, errors: json.errors ?? [] };
  };
  return {
    ...fresh,
    server,
    vault,
    logged: () => lines.join(''),
    post,
    ask: (query, variables = {}, headers = {}) => post(JSON.stringify({ query, variables }), headers),
    close: async () => {
      await server.stop();
      await fresh.close();
    },
  };
}

/** The only code of an answer that must be refused. */
export const codeOf = (answer: GraphQLAnswer): string => {
  const codes = new Set(answer.errors.map((error) => error.extensions.code));
  return [...codes].join(' ');
};
