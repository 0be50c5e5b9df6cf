import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig, settingRows } from '../src/config.js';
import { ConfigError } from '../src/errors.js';

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      demo: true,
      databaseUrl: null,
      rateScale: 1,
    });
  });

  it('takes an empty value for an absent one', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '  ' })).toMatchObject({ port: 4000, databaseUrl: null });
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it('strips the slash at the end of a URL', () => {
    expect(readConfig({ OTTO_API_URL: 'https://sandbox.api.otto.market/' }).ottoApiUrl).toBe(
      'https://sandbox.api.otto.market',
    );
  });

  it('says in one line which setting is wrong and what it must be, without showing a secret', () => {
    expect(() => readConfig({ LADING_ADMIN_KEY: 'tiny-secret' })).toThrow(
      new ConfigError('LADING_ADMIN_KEY must be at least 16 characters long'),
    );
    expect(() => readConfig({ PORT: '70000' })).toThrow(/^PORT must be a whole number from 0 to 65535, not "70000"$/);
  });

  it('takes a webhook with its secret only, and shows neither', () => {
    const url = 'https://example.org/hooks/T0?key=hush';
    const secret = `whsec_${Buffer.alloc(32, 'not so secret').toString('base64')}`;
    const given = { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret };
    expect(readConfig(given)).toMatchObject({ alertWebhookUrl: url, alertWebhookSecret: secret });
    expect(readConfig({ ALERT_WEBHOOK_SECRET: secret.slice(6) }).alertWebhookUrl).toBeNull();
    expect(() => readConfig({ ALERT_WEBHOOK_URL: url })).toThrow(
      new ConfigError(
        'ALERT_WEBHOOK_URL needs ALERT_WEBHOOK_SECRET, which signs what is sent: make one with `openssl rand -base64 32`',
      ),
    );
    for (const wrong of ['hush', 'hush'.repeat(5), 'hush'.repeat(30), `${'hush'.repeat(8)}!`]) {
      const text =
        'ALERT_WEBHOOK_SECRET must be 24 to 64 random bytes as base64: make it with `openssl rand -base64 32`';
      expect(() => readConfig({ ...given, ALERT_WEBHOOK_SECRET: wrong })).toThrow(new ConfigError(text));
    }
    for (const wrong of [
      'ftp://example.org/hush',
      'https://me:hush@example.org',
      'hush',
      'https://example.org/#hush',
    ]) {
      const told = () => readConfig({ ...given, ALERT_WEBHOOK_URL: wrong });
      expect(told).toThrow(/^ALERT_WEBHOOK_URL must be a [a-z ]*URL/i);
      expect(told).not.toThrow(/hush/);
    }
  });

  it('takes a cart service beside a catalog service only', () => {
    const services = { CATALOG_URL: 'https://shop.example/api/', CART_URL: 'https://shop.example/carts' };
    expect(readConfig(services)).toMatchObject({
      catalogUrl: 'https://shop.example/api',
      cartUrl: 'https://shop.example/carts',
    });
    const tokens = { CATALOG_TOKEN: 'a-token', CART_TOKEN: 'another' };
    expect(readConfig({ ...services, ...tokens })).toMatchObject({ catalogToken: 'a-token', cartToken: 'another' });
    const wrong = () => readConfig({ ...services, CATALOG_TOKEN: 'two words' });
    expect(wrong).toThrow(new ConfigError('CATALOG_TOKEN must be a token of letters, digits and signs'));
    expect(() => readConfig({ CART_URL: services.CART_URL })).toThrow(/^CART_URL needs CATALOG_URL/);
  });

  it('refuses to be reachable from other machines without a key', () => {
    expect(() => readConfig({ HOST: '0.0.0.0' })).toThrow(/LADING_ADMIN_KEY/);
    expect(readConfig({ HOST: '0.0.0.0', LADING_ADMIN_KEY: 'x'.repeat(16) }).host).toBe('0.0.0.0');
    expect(readConfig({ HOST: '::1' }).host).toBe('::1');
  });

  it('is documented in the README, every setting with its default and meaning', () => {
    const readme = fs.readFileSync('README.md', 'utf8');
    for (const { name, default: value, meaning } of settingRows) {
      expect(readme).toContain(`| \`${name}\` | ${value === null ? '–' : `\`${value}\``} | ${meaning} |`);
    }
  });
});
