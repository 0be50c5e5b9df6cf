import { CredentialInputsDocument, ShopAddDocument, type ShopAddMutationVariables } from '../sdk/index.js';
import { type Asked, type Command, UsageError } from './command.js';
import { connect, mustBeEmpty } from './connection.js';
import { type CredentialField, credentialFields, readCredentials } from './credentials.js';
import { everyShop } from './shops.js';
import { printJson, printTable } from './table.js';
import { ask, type Terminal } from './terminal.js';

export const listShops: Command = {
  name: 'shop list',
  about: 'Lists the shops with the health of their streams.',
  args: '',
  count: [0, 0],
  options: { json: { about: 'as JSON' } },
  async run(asked, on) {
    const shops = await everyShop(connect(on));
    if (asked.has('json')) return void printJson(on, shops);
    const rows = shops.flatMap((shop) =>
      // the seller's own sales are a shop too, from which nothing is read
      (shop.streams.length ? shop.streams : [null]).map((stream) => [
        ...[shop.id, shop.name, shop.marketplace, shop.status, stream?.name ?? null, stream?.lastSuccessAt ?? null],
        stream?.lastError ?? shop.statusReason ?? '',
      ]),
    );
    printTable(on, [['SHOP', 'NAME', 'MARKETPLACE', 'STATUS', 'STREAM', 'LAST SUCCESS', 'PROBLEM'], ...rows]);
    return 0;
  },
};

export const addShop: Command = {
  name: 'shop add',
  about: 'Adds an account at a marketplace and begins to read it.',
  args: '<marketplace>',
  count: [1, 1],
  options: {
    name: { value: 'NAME', about: 'what people call it' },
    set: { value: 'FIELD=VALUE', about: 'a credential that is no secret, e.g. clientId=abc', several: true },
    'secret-stdin': { about: 'reads the secrets from standard input, a line each, in the order of the fields' },
    json: { about: 'prints the shop as JSON' },
  },
  more: `What a marketplace wants to know is asked of the server. Each field comes from --set, else from the environment variable
named like the marketplace and the field (OTTO_CLIENT_ID, OTTO_CLIENT_SECRET), else from --secret-stdin, else from a
prompt, where secrets are not shown. A secret is never taken from an argument: other users of a machine see those in ps.`,
  async run(asked, on) {
    const lading = connect(on);
    const { __type } = await lading.request(CredentialInputsDocument, {});
    const marketplaces = credentialFields(__type?.inputFields ?? []);
    const marketplace = (asked.args[0] as string).toLowerCase();
    const fields = marketplaces.get(marketplace);
    if (!fields) {
      throw new UsageError(
        `There is no marketplace "${asked.args[0]}": it is one of ${[...marketplaces.keys()].join(', ')}.`,
      );
    }
    const credentials = await readCredentials(
      on,
      marketplace,
      fields,
      givenFields(asked, fields),
      asked.has('secret-stdin'),
    );
    const name = asked.text('name') ?? (await nameOf(on));
    const input = { name, credentials: { [marketplace]: credentials } } as unknown as ShopAddMutationVariables['input'];
    const { shopAdd } = await lading.request(ShopAddDocument, { input });
    mustBeEmpty(shopAdd.userErrors);
    if (asked.has('json')) printJson(on, shopAdd.shop);
    else on.out.write(`${shopAdd.shop?.id}  ${shopAdd.shop?.name}  ${shopAdd.shop?.status}\n`);
    return 0;
  },
};

async function nameOf(on: Terminal): Promise<string> {
  if (!on.in.isTTY) throw new UsageError('Give the shop a --name.');
  return ask(on, 'name of the shop', false);
}

/** What --set says, by field. */
function givenFields(asked: Asked, fields: readonly CredentialField[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const text of asked.texts('set')) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    const field = fields.find((one) => one.name === name);
    // never repeated: it may be a secret that was misspelt
    if (!field)
      throw new UsageError(`--set takes FIELD=VALUE, with one of: ${fields.map((one) => one.name).join(', ')}.`);
    if (field.isSecret) {
      throw new UsageError(
        `${name} is a secret, and arguments are seen in ps: use --secret-stdin, the environment or the prompt.`,
      );
    }
    given.set(name, value);
  }
  return given;
}
