// Where the configuration leads: to which hosts a shop talks, with which keys its credentials open, who keeps stock, who is told of alerts.
import type { Webhook } from './alerts/webhook.js';
import type { Marketplace, MarketplaceCode } from './commerce/marketplace.js';
import type { Config } from './config.js';
import type { InventoryOptions } from './inventory/open.js';
import { parseSecretKeys, secretKeysIn } from './store/keys.js';
import { createVault, type Vault } from './store/vault.js';
import type { Origins } from './sync/sessions.js';

export async function openVault({ secretKey, dataDir }: Config): Promise<Vault> {
  return createVault(
    secretKey === null ? await secretKeysIn(dataDir) : parseSecretKeys(secretKey, 'LADING_SECRET_KEY'),
  );
}

/** Where alerts are sent; null: nowhere. */
export function webhookOf({ alertWebhookUrl: url, alertWebhookSecret: secret }: Config): Webhook | null {
  return url !== null && secret !== null ? { url, secret } : null;
}

/** Where the services of catalog and carts are; null: products, stock and carts are kept here. */
export function inventoryOf(config: Config): Pick<InventoryOptions, 'catalog' | 'cart'> | null {
  const { catalogUrl, catalogToken, cartUrl, cartToken } = config;
  if (catalogUrl === null) return null;
  return {
    catalog: { url: catalogUrl, token: catalogToken },
    cart: cartUrl === null ? null : { url: cartUrl, token: cartToken },
  };
}

/** The URLs that replace a marketplace's own, as configured. */
export function replacedUrlsOf(config: Config, code: string): { api: string | null; login: string | null } {
  const { ottoApiUrl, bolApiUrl, bolLoginUrl, skubanaApiUrl, feedApiUrl } = config;
  const all: Readonly<Record<string, { api: string | null; login: string | null }>> = {
    OTTO: { api: ottoApiUrl, login: null },
    BOL: { api: bolApiUrl, login: bolLoginUrl },
    SKUBANA: { api: skubanaApiUrl, login: null },
    FEED: { api: feedApiUrl, login: null },
  };
  return all[code] ?? { api: null, login: null };
}

/** A shop of the pretend marketplaces talks to them only, every other shop to the real API or its replacement. */
export function originOf(
  config: Config,
  marketplaces: readonly Marketplace[],
  pretended: readonly { readonly code: MarketplaceCode; readonly origin: string }[],
  shop: { readonly marketplace: string; readonly sandbox: boolean },
): Origins | null {
  if (shop.sandbox) {
    const pretend = pretended.find(({ code }) => code === shop.marketplace);
    return pretend ? { origin: pretend.origin, isNew: true } : null;
  }
  const marketplace = marketplaces.find(({ code }) => code === shop.marketplace);
  if (!marketplace) return null;
  const { api, login } = replacedUrlsOf(config, shop.marketplace);
  const loginOrigin = login ?? marketplace.loginOrigin;
  return { origin: api ?? marketplace.origin, ...(loginOrigin && { loginOrigin }) };
}
