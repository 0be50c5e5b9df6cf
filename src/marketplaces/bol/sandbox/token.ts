import { randomBytes } from 'node:crypto';
import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { BolSettings } from './settings.js';

/** A token that was given out; times in ms since 1970 by the clock that it lives by. */
export interface TokenLife {
  readonly account: string;
  readonly issuedAt: number;
  expiresAt: number;
}

const minuteMs = 60_000;
/** bol: "Allowed clock skew: 1000 milliseconds". */
const skewMs = 1_000;
/** Older ones are forgotten, and then are no tokens. */
const keptMax = 20_000;

/** The login host: who may have a token, which are out, and who has asked too often. */
export class LoginDesk {
  /** In the order in which they were given out. */
  readonly lives: TokenLife[] = [];
  private readonly tokens = new Map<string, TokenLife>();
  private readonly asked = new Map<string, number[]>();
  private readonly blockedUntil = new Map<string, number>();
  refuse = false;
  isBlocked = false;
  isInactive = false;

  constructor(
    private readonly settings: Pick<BolSettings, 'credentials' | 'tokensPerMinute' | 'tokenLifetimeSeconds'>,
    private readonly now: () => number,
  ) {}

  /** Every token given out so far has expired. */
  revokeAll(): void {
    const past = this.now() - skewMs - 500;
    for (const life of this.tokens.values()) life.expiresAt = Math.min(life.expiresAt, past);
  }

  /** What the `Authorization` header of a call says: an account, or the 401 or 403 that it gets. */
  admit(authorization: string | undefined): { account: string } | Answer {
    const value = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    const life = this.tokens.get(value ?? '');
    if (!life) return { status: 401, body: { title: 'Unauthorized', status: 401, detail: 'Unauthorized' } };
    if (this.now() > life.expiresAt + skewMs) return this.expired(life.expiresAt);
    if (this.isInactive) return inactive;
    return { account: life.account };
  }

  expired(expiresAt = this.now() - 40_501): Answer {
    const now = this.now();
    const text = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
    const detail = `JWT expired at ${text(expiresAt)}. Current time: ${text(now)}, a difference of ${now - expiresAt} milliseconds.  Allowed clock skew: ${skewMs} milliseconds.`;
    return { status: 401, body: { title: 'Expired JWT', status: 401, detail } };
  }

  /** bol's answer to `POST /token`. */
  issue(request: SandboxRequest): Answer {
    const form = new URLSearchParams(request.body);
    const client = clientOf(request, form);
    if (this.isBlocked || this.asksTooOften(client.id ?? request.ip)) return { status: 404 };
    // refused since 2024: a query ends up in logs
    if (request.query.has('client_secret')) return oauthError(400, 'invalid_request', 'Secrets in the query');
    const grant = form.get('grant_type') ?? request.query.get('grant_type');
    if (grant !== 'client_credentials')
      return oauthError(400, 'unsupported_grant_type', `Unsupported grant type: ${grant}`);
    const { clientId, clientSecret } = this.settings.credentials;
    if (this.refuse || client.id !== clientId || client.secret !== clientSecret) {
      return oauthError(401, 'invalid_client', 'Bad client credentials');
    }
    const { tokenLifetimeSeconds: seconds } = this.settings;
    const life = { account: client.id, issuedAt: this.now(), expiresAt: this.now() + seconds * 1_000 };
    const value = jwtOf(life);
    this.tokens.set(value, life);
    this.lives.push(life);
    const [oldest] = this.tokens.keys();
    if (this.tokens.size > keptMax && oldest !== undefined) this.tokens.delete(oldest);
    const body = { access_token: value, token_type: 'Bearer', expires_in: seconds, scope: 'RETAILER' };
    return { status: 200, headers: loginType, body };
  }

  /** More than so many requests in a minute shut a client out, until it has kept still for a minute. In real time, whatever the world's. */
  private asksTooOften(client: string): boolean {
    const now = performance.now();
    const times = (this.asked.get(client) ?? []).filter((at) => at > now - minuteMs);
    times.push(now);
    this.asked.set(client, times);
    if (times.length > this.settings.tokensPerMinute) this.blockedUntil.set(client, now + minuteMs);
    return now < (this.blockedUntil.get(client) ?? 0);
  }
}

const loginType = { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store' };

const inactive: Answer = {
  status: 403,
  body: {
    title: 'Forbidden',
    status: 403,
    detail: 'Account is not active, access denied. Please contact partnerservice if this is unexpected.',
    host: 'Instance-112',
  },
};

export const tokenRoute = (desk: LoginDesk): Route => ({
  name: 'POST /token',
  method: 'POST',
  pattern: /^\/token$/,
  open: true,
  handle: (request) => desk.issue(request),
});

/** In a Basic header or in the form. */
function clientOf(request: SandboxRequest, form: URLSearchParams): { id: string | null; secret: string | null } {
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return { id: form.get('client_id'), secret: form.get('client_secret') };
  const [id = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return { id, secret: secret.join(':') };
}

const oauthError = (status: number, error: string, description: string): Answer => ({
  status,
  headers: loginType,
  body: { error, error_description: description },
});

/** Three parts as a JWT has them; signed with chance, for nobody can check it. */
function jwtOf({ account, issuedAt, expiresAt }: TokenLife): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: account, azp: account, iss: 'https://login.bol.com', scopes: 'RETAILER' };
  const times = { iat: Math.floor(issuedAt / 1_000), exp: Math.ceil(expiresAt / 1_000) };
  return `${part({ kid: 'pretend', alg: 'RS256' })}.${part({ ...claims, ...times })}.${randomBytes(48).toString('base64url')}`;
}
