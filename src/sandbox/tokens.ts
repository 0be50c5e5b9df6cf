import { randomBytes } from 'node:crypto';

export interface IssuedToken {
  readonly value: string;
  readonly account: string;
  readonly scopes: readonly string[];
  /** Ms since 1970, by the machine's clock: tokens live in real time, whatever the world's clock says. */
  readonly expiresAt: number;
}

/** Keeps the tokens of a pretend marketplace: issued, expired, revoked. */
export class TokenDesk {
  private readonly tokens = new Map<string, IssuedToken>();
  issued = 0;

  issue(account: string, scopes: readonly string[], lifetimeSeconds: number): IssuedToken {
    const now = Date.now();
    for (const token of this.tokens.values()) if (token.expiresAt <= now) this.tokens.delete(token.value);
    const token = {
      value: randomBytes(24).toString('base64url'),
      account,
      scopes,
      expiresAt: now + lifetimeSeconds * 1000,
    };
    this.tokens.set(token.value, token);
    this.issued++;
    return token;
  }

  /** The token of an `Authorization: Bearer …` header, while it lives. */
  of(authorization: string | undefined): IssuedToken | null {
    const value = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    const token = value === undefined ? undefined : this.tokens.get(value);
    return token && token.expiresAt > Date.now() ? token : null;
  }

  revokeAll(): void {
    this.tokens.clear();
  }
}
