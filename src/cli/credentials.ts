// What marketplaces want to know of an account, and where it is taken from.
import type { CredentialInputsQuery } from '../sdk/index.js';
import { UsageError } from './command.js';
import { ask, linesOf, type Terminal } from './terminal.js';

export interface CredentialField {
  readonly name: string;
  readonly about: string;
  readonly isRequired: boolean;
  /** Not shown while it is typed, and not taken from arguments. */
  readonly isSecret: boolean;
}

type InputFields = NonNullable<NonNullable<CredentialInputsQuery['__type']>['inputFields']>;

/** Fields by marketplace, as the server tells them: a new marketplace needs no line here. */
export function credentialFields(inputs: InputFields): ReadonlyMap<string, readonly CredentialField[]> {
  return new Map(
    inputs.map(({ name, type }) => [
      name,
      (type.inputFields ?? []).map((field) => ({
        name: field.name,
        about: field.description ?? field.name,
        isRequired: field.type.kind === 'NON_NULL',
        // any text but an id may be one: rather one too many
        isSecret: (field.type.ofType?.name ?? field.type.name) === 'String' && !/id$/i.test(field.name),
      })),
    ]),
  );
}

/** `otto`, `clientSecret` → `OTTO_CLIENT_SECRET` */
const variableOf = (marketplace: string, field: string) =>
  `${marketplace}_${field.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();

export async function readCredentials(
  on: Terminal,
  marketplace: string,
  fields: readonly CredentialField[],
  given: ReadonlyMap<string, string>,
  secretsFromStdin: boolean,
): Promise<Record<string, string>> {
  const credentials: Record<string, string> = {};
  const secrets = fields.filter(({ isSecret, isRequired }) => isSecret && isRequired);
  const lines = secretsFromStdin ? await linesOf(on, secrets.length) : [];
  for (const field of fields) {
    const variable = variableOf(marketplace, field.name);
    const line = secretsFromStdin && secrets.includes(field) ? lines[secrets.indexOf(field)]?.trim() : undefined;
    const known = given.get(field.name) ?? line ?? on.env(variable);
    const canAsk = on.in.isTTY === true && !secretsFromStdin;
    if (known) credentials[field.name] = known;
    else if (!field.isRequired) continue;
    else if (canAsk) credentials[field.name] = (await ask(on, field.name, field.isSecret)).trim();
    else {
      const otherwise = field.isSecret ? '--secret-stdin' : `--set ${field.name}=…`;
      throw new UsageError(
        `${marketplace} needs ${field.name}: set ${variable}, use ${otherwise}, or run this in a terminal.`,
      );
    }
  }
  return credentials;
}
