import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, formatError, isExpected, withoutValues } from '../../src/graph/errors.js';
import { openStage, type Stage } from '../server/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const secrets = ['s3cret-of-the-client', 's3cret-that-replaces-it', 's3cret-in-a-wrong-place'] as const;

describe('secrets', () => {
  it('are in no answer, no log line and no table, whatever is done with them', async () => {
    const [first, second, misplaced] = secrets;
    const credentials = (clientSecret: unknown) => ({ otto: { clientId: 'client', clientSecret } });
    const addShop = `mutation ($i: ShopAddInput!) { shopAdd(input: $i) {
      shop { id name status statusReason sandbox version createdAt } userErrors { code message field } } }`;
    const texts: string[] = [];
    const send = async (query: string, variables = {}) => {
      texts.push((await stage.ask(query, variables)).text);
    };
    await send(addShop, { i: { name: 'a', credentials: credentials(first), idempotencyKey: 'k' } });
    await send(addShop, { i: { name: 'b', credentials: credentials(first) } });
    await send(addShop, { i: { name: 'a', credentials: credentials(second), idempotencyKey: 'k' } });
    await send(
      `mutation ($i: ShopUpdateCredentialsInput!) { shopUpdateCredentials(input: $i) { shop { id } userErrors { message } } }`,
      { i: { shopId: 'shop_1', credentials: credentials(second) } },
    );
    for (const wrong of [[misplaced], { [misplaced]: misplaced }, 5, null, true]) {
      await send(addShop, { i: { name: 'c', credentials: credentials(wrong) } });
    }
    await send(addShop, { i: { name: { text: misplaced }, credentials: misplaced } });
    await send(addShop, { i: misplaced });
    await send(`mutation { shopAdd(input: { name: "x", credentials: "${misplaced}" }) { shop { id } } }`);
    await send(`mutation { shopAdd(input: { name: "x", credentials: { otto: ["${misplaced}"] } }) { shop { id } } }`);
    await send(
      `mutation { shopAdd(input: { name: "x", credentials: { otto: { clientSecret: {a: "${misplaced}"} } } }) { shop { id } } }`,
    );
    await send(`mutation { shopAdd(input: { name: "x" "${misplaced}" }) { shop { id } } }`);
    await send('{ shops { nodes { id name statusReason streams { id lastError } } } node(id: "shop_1") { id } }');

    const tables = await stage.db.run<{ name: string }>({
      text: `select tablename as name from pg_tables where schemaname = 'public'`,
    });
    const stored: string[] = [];
    for (const { name } of tables) {
      // bytea as text would hide it: as escape, it shows every readable byte
      const rows = await stage.db.run<{ row: string }>({
        text: `select encode(convert_to(t::text, 'UTF8'), 'escape') as row from ${name} t`,
      });
      stored.push(...rows.map(({ row }) => row));
    }
    const credentialsHex = await stage.db.run<{ bytes: Buffer }>({ text: 'select credentials as bytes from shops' });
    stored.push(...credentialsHex.map(({ bytes }) => bytes.toString('latin1')));
    const places = { answers: texts.join('\n'), log: stage.logged(), tables: stored.join('\n') };
    for (const secret of ['s3cret', Buffer.from(first).toString('hex')]) {
      for (const [place, text] of Object.entries(places))
        expect([place, text.includes(secret)]).toEqual([place, false]);
    }
    expect(places.log).toContain('BAD_USER_INPUT');
  });

  it('are no field of any type', async () => {
    const { data } = await stage.ask('{ __schema { types { kind name fields { name } } } }');
    type Type = { kind: string; name: string; fields: { name: string }[] | null };
    const fields = (data.__schema.types as Type[]).flatMap(({ fields }) => (fields ?? []).map(({ name }) => name));
    expect(fields.filter((name) => /credential(?!s$)|secret|token|password|digest/i.test(name))).toEqual([]);
  });
});

describe('masking', () => {
  const cause = new Error('duplicate key value violates unique constraint "x" (select password from users)');

  it('lets expected errors through and hides all others behind a request id', () => {
    const unexpected = [
      cause,
      new GraphQLError('wrapped', { originalError: cause, path: ['orders'] }),
      new GraphQLError('twice', { originalError: new GraphQLError('once', { originalError: cause }) }),
      new GraphQLError('Int cannot represent non-integer value: "secret"'),
      'a thrown text',
      null,
    ];
    for (const error of unexpected) {
      expect(isExpected(error)).toBe(false);
      const formatted = formatError(error, 'req-1');
      expect(formatted.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'req-1' });
      expect(formatted.message).toBe('Internal server error (request req-1)');
    }
    const told = new GraphQLError('x', {
      originalError: new ApiError('INVALID_CURSOR', 'No cursor.', { argument: 'after' }),
    });
    expect(formatError(told)).toEqual({
      message: 'No cursor.',
      extensions: { code: 'INVALID_CURSOR', argument: 'after' },
    });
  });

  it('drops what validators echo', () => {
    const echo = new GraphQLError('Argument Validation Error', {
      extensions: { code: 'BAD_USER_INPUT', validationErrors: [{ target: { clientSecret: 'x' } }], stacktrace: ['a'] },
    });
    expect(formatError(echo).extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });

  it.each([
    [
      'Variable "$i" got invalid value "s; Field \\"a\\" x" at "i.name"; String cannot represent a non string value: {a: "s"}',
      'Variable "$i" got an invalid value',
    ],
    [
      'Variable "$i" got invalid value { clientId: "a" } at "i.credentials.otto"; Field "clientSecret" of required type "String!" was not provided.',
      'Variable "$i" got an invalid value at "i.credentials.otto": Field "clientSecret" of required type "String!" was not provided.',
    ],
    [
      'Variable "$c" got invalid value "s3cret" at "c.countries[1]"; Not an ISO 3166-1 code.',
      'Variable "$c" got an invalid value at "c.countries[1]": Not an ISO 3166-1 code.',
    ],
    ['Variable "$c" got invalid value "s3cret"; what nobody foresaw', 'Variable "$c" got an invalid value.'],
    [
      'Expected value of type "OttoCredentialsInput", found "s3cret".',
      'Expected value of type "OttoCredentialsInput".',
    ],
    ['String cannot represent a non string value: ["s3cret"]', 'String cannot represent a non string value.'],
    ['Syntax Error: Expected Name, found String "s3cret".', 'Syntax Error: Expected Name, found String.'],
    ['Cannot query field "nothing" on type "Query".', 'Cannot query field "nothing" on type "Query".'],
  ])('cuts values out of %j', (message, expected) => {
    expect(withoutValues(message)).toContain(expected);
    expect(withoutValues(message)).not.toMatch(/s3cret|"s"/);
  });
});
