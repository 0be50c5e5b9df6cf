import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

interface Schema {
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean;
}

/** The vendor's files are not part of the project: they lie beside it, where they are. */
const folder = fileURLToPath(new URL('../../../../shared/marketplaces/bol/openapi/', import.meta.url));

export const hasOpenApi = existsSync(`${folder}retailer-v10.json`);
export const noOpenApi = 'the vendor’s OpenAPI files are not at ../shared/marketplaces/bol/openapi';

/** What bol requires of itself in writing, and leaves out where it is empty. */
const leftOut = ['shipmentReference', 'processingResults', 'customerComments', 'discounts', 'violations', 'links'];

/**
 * A check of the schema `name` of a vendor file. Read from the schemas themselves: tools that go by paths and media types
 * silently check nothing where the media type is a vendor's. Members that no schema names are refused, null is too.
 */
export function schemaOf(file: 'retailer-v10' | 'retailer-v3' | 'shared-v10', name: string): ValidateFunction {
  const document = JSON.parse(readFileSync(`${folder}${file}.json`, 'utf8')) as {
    components?: { schemas: Record<string, Schema> };
    definitions?: Record<string, Schema>;
  };
  const { components, definitions } = document;
  const schemas = components?.schemas ?? definitions ?? {};
  for (const [each, schema] of Object.entries(schemas)) {
    if (!schema.properties) continue;
    schema.required = (schema.required ?? []).filter((member) => !leftOut.includes(member));
    // bol sends `links[].method`, which its schema lacks
    schema.additionalProperties = each === 'Link';
  }
  const ajv = new Ajv({ strict: false, allErrors: true });
  // the two packages' typings disagree about the default export under ESM
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  // version 3 is described by Swagger 2, where schemas lie elsewhere
  return components
    ? ajv.compile({ $ref: `#/components/schemas/${name}`, components })
    : ajv.compile({ $ref: `#/definitions/${name}`, definitions });
}
