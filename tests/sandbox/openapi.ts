import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

type Schema = Record<string, unknown>;

/** The vendor's files are not part of the project: they lie beside it, where they are. */
const folder = fileURLToPath(new URL('../../../shared/marketplaces/otto/openapi/', import.meta.url));

export const hasOpenApi = existsSync(`${folder}OrdersV4.openapi.json`);
export const noOpenApi = 'the vendor’s OpenAPI files are not at ../shared/marketplaces/otto/openapi';

/**
 * A check of the schema `name` of a vendor file. Optional members may be null and members the schema does not name are
 * refused: OTTO sends the one, and only we could send the other.
 */
export function schemaOf(file: string, name: string, amend: (schemas: Schema) => void = () => {}): ValidateFunction {
  const document = JSON.parse(readFileSync(`${folder}${file}.openapi.json`, 'utf8')) as {
    components: { schemas: Record<string, Schema> };
  };
  const { schemas } = document.components;
  amend(schemas);
  for (const schema of Object.values(schemas)) loosen(schema);
  const ajv = new Ajv({ strict: false, allErrors: true });
  // the two packages' typings disagree about the default export under ESM
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  return ajv.compile({ $ref: `#/components/schemas/${name}`, components: { schemas } });
}

function loosen(schema: Schema): void {
  const properties = schema.properties as Record<string, Schema> | undefined;
  if (!properties) return;
  schema.additionalProperties = false;
  const required = (schema.required as string[] | undefined) ?? [];
  for (const [name, property] of Object.entries(properties)) {
    if (!required.includes(name)) properties[name] = { anyOf: [property, { type: 'null' }] };
  }
}
