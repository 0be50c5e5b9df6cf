import { getMetadataStorage } from 'type-graphql';
import { expect } from 'vitest';

/**
 * `details` are what the API returns, as they stand: their members are the fields that the type adds, at every level,
 * and a null stands only where the field may be null.
 */
export function expectFieldsOf(type: object, value: unknown, path = ''): void {
  const fields = getMetadataStorage().fields.filter(({ target }) => target === type);
  const members = value as Record<string, unknown>;
  expect(Object.keys(members).sort(), path).toEqual(fields.map(({ schemaName }) => schemaName).sort());
  for (const { schemaName, getType, typeOptions } of fields) {
    const at = `${path}.${schemaName}`;
    const member = members[schemaName];
    // must come first: type-graphql learns only here that a type is a list
    const inner = getType();
    if (member === null) {
      expect(typeOptions.nullable, at).toBe(true);
      continue;
    }
    expect(Array.isArray(member), at).toBe(typeOptions.array === true);
    const object = getMetadataStorage().objectTypes.find(({ target }) => target === inner);
    if (!object) continue;
    for (const one of typeOptions.array ? (member as unknown[]) : [member]) expectFieldsOf(object.target, one, at);
  }
}
