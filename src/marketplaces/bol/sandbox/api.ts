import type { Answer } from '../../../sandbox/delivery.js';
import type { Faults } from '../../../sandbox/faults.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import { problem } from './problem.js';
import type { BolSettings } from './settings.js';
import type { BolWorld } from './world.js';

export const vendorType = (version: BolSettings['version']): string => `application/vnd.retailer.${version}+json`;

/** One API over one world: the real one, or the examples under `…-demo`. */
export interface Api {
  readonly world: BolWorld;
  readonly faults: Faults;
  readonly settings: BolSettings;
  /** A route of a path such as `/retailer/orders/*`, where `*` is one part; answers only to the right media types. */
  route(method: string, path: string, handle: Route['handle']): Route;
}

/** `suffix`: what follows `/retailer` and `/shared` in the paths. */
export function apiOf(parts: Pick<Api, 'world' | 'faults' | 'settings'>, suffix: '' | '-demo' = ''): Api {
  const type = vendorType(parts.settings.version);
  return {
    ...parts,
    route(method, documented, handle) {
      const path = documented.replace(/^\/\w+/, (host) => host + suffix);
      return {
        name: `${method} ${path}`,
        method,
        pattern: new RegExp(`^${path.replaceAll('*', '([^/]+)')}/?$`),
        handle: (request, params) => wrongType(request, type) ?? handle(request, params),
      };
    },
  };
}

/** The version is chosen by the media type; bol has no older one any more. */
function wrongType(request: SandboxRequest, vendor: string): Answer | null {
  const types = (request.headers.accept ?? '').split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  if (!types.includes(vendor)) {
    const detail = 'Not acceptable: The sent request header does not meet the API specification.';
    return problem(request, 406, 'Not Acceptable', detail);
  }
  if (request.body === '') return null;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  // returns are created by application/json in bol's own description, by the vendor's type in its examples
  const isCreateReturn = /^\/retailer(-demo)?\/returns\/?$/.test(request.path) && type === 'application/json';
  return type === vendor || isCreateReturn
    ? null
    : problem(request, 415, 'Unsupported Media Type', `Content type '${type ?? ''}' not supported`);
}
