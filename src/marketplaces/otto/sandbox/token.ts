import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { TokenDesk } from '../../../sandbox/tokens.js';
import type { WireToken } from '../wire.js';
import type { OttoSettings } from './settings.js';

/** Which credentials are good just now. */
export interface Gate {
  credentials: { readonly clientId: string; readonly clientSecret: string };
  refuse: boolean;
}

/** Both token paths of OTTO; the client may stand in the form or in a Basic header. */
export function tokenRoutes(gate: Gate, tokens: TokenDesk, settings: OttoSettings): Route[] {
  const handle = (request: SandboxRequest) => token(request, gate, tokens, settings);
  return [
    { name: 'POST /v1/token', method: 'POST', pattern: /^\/v1\/token$/, open: true, handle },
    { name: 'POST /oauth2/token', method: 'POST', pattern: /^\/oauth2\/token$/, open: true, handle },
  ];
}

function token(request: SandboxRequest, gate: Gate, tokens: TokenDesk, settings: OttoSettings): Answer {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return oauthError(400, 'invalid_request', 'Missing form parameter: grant_type');
  }
  const form = new URLSearchParams(request.body);
  const grant = form.get('grant_type');
  if (grant === null) return oauthError(400, 'invalid_request', 'Missing form parameter: grant_type');
  if (grant !== 'client_credentials') {
    return oauthError(400, 'unsupported_grant_type', 'Unsupported grant_type');
  }
  const client = clientOf(request, form);
  const { clientId, clientSecret } = gate.credentials;
  if (gate.refuse || client.id !== clientId || client.secret !== clientSecret) {
    return oauthError(401, 'invalid_client', 'Invalid client or Invalid client credentials');
  }
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const unknown = scopes.filter((scope) => !settings.scopes.includes(scope));
  if (unknown.length > 0) return oauthError(400, 'invalid_scope', `Invalid scopes: ${unknown.join(' ')}`);
  const issued = tokens.issue(client.id, scopes, settings.tokenLifetimeSeconds);
  const body: WireToken & { refresh_expires_in: number; 'not-before-policy': number } = {
    access_token: issued.value,
    expires_in: settings.tokenLifetimeSeconds,
    refresh_expires_in: 0,
    token_type: 'Bearer',
    'not-before-policy': 0,
    scope: scopes.join(' '),
  };
  return { status: 200, headers: { 'cache-control': 'no-store' }, body };
}

function clientOf(request: SandboxRequest, form: URLSearchParams): { id: string | null; secret: string | null } {
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return { id: form.get('client_id'), secret: form.get('client_secret') };
  const [id = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return { id, secret: secret.join(':') };
}

function oauthError(status: number, error: string, description: string): Answer {
  return { status, body: { error, error_description: description } };
}
