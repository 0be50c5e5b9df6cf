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
