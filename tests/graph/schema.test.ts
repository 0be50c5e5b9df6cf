import fs from 'node:fs';
import { isEnumType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { collectionFile, collectionText, schemaFile, schemaText, sdkFile, sdkText } from '../../codegen.js';
import { buildGraph, printGraph } from '../../src/graph/schema.js';
import { marketplaces } from '../../src/marketplaces/index.js';

describe('the schema', async () => {
  const schema = await buildGraph({ marketplaces });

  it('describes every type, field, input field, argument and enum value', () => {
    const silent: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__')) continue;
      if (!type.description) silent.push(type.name);
      if (isEnumType(type)) {
        silent.push(...type.getValues().flatMap((one) => (one.description ? [] : `${type.name}.${one.name}`)));
      }
    }
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || !('getFields' in type)) continue;
      for (const field of Object.values(type.getFields())) {
        if (!field.description) silent.push(`${type.name}.${field.name}`);
        if (!('args' in field)) continue;
        silent.push(
          ...field.args.flatMap((one: { name: string; description?: string | null }) =>
            one.description ? [] : `${type.name}.${field.name}(${one.name})`,
          ),
        );
      }
    }
    expect(silent).toEqual([]);
  });

  it('has one type of its own per marketplace and noun', () => {
    for (const noun of ['Order', 'Shipment', 'Return', 'ProductSales']) {
      const type = schema.getType(`Otto${noun}`);
      expect(isObjectType(type) && type.getInterfaces().map(({ name }) => name)).toContain(noun);
    }
  });

  it('is committed as it is, with the client and the request collection that are generated from it', async () => {
    const text = await schemaText();
    const advice = 'out of date: run `npm run codegen` and commit what it writes';
    expect(fs.readFileSync(schemaFile, 'utf8') === text, `${schemaFile} is ${advice}`).toBe(true);
    expect(fs.readFileSync(sdkFile, 'utf8') === (await sdkText(text)), `${sdkFile} is ${advice}`).toBe(true);
    const collection = fs.readFileSync(collectionFile, 'utf8');
    expect(collection === collectionText(text), `${collectionFile} is ${advice}`).toBe(true);
  });

  it('is printed in the same words every time', async () => {
    expect(printGraph(schema)).toBe(printGraph(schema));
    expect(printGraph(schema)).toContain('interface Order implements Node {');
  });
});
