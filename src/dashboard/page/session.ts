// The API key, kept for this browser tab only, and the client that sends it.
import { type Client, createClient } from '../../sdk/index.js';

const name = 'lading.key';

export const hasKey = (): boolean => sessionStorage.getItem(name) !== null;

/** Null forgets it. */
export function keepKey(key: string | null): void {
  if (key === null) sessionStorage.removeItem(name);
  else sessionStorage.setItem(name, key);
}

export function openClient(): Client {
  return createClient({ url: location.origin, apiKey: sessionStorage.getItem(name) ?? undefined });
}
