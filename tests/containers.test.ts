// What can be checked of the container set-up without a container engine: it parses, names only what exists, and its
// services wait for each other's health.
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig, settingRows } from '../src/config.js';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const compose = parse(fs.readFileSync('docker-compose.yml', 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const dockerfile = fs.readFileSync('Dockerfile', 'utf8');

/** `${NAME:-default}` and `${NAME:?message}` as compose fills them in. */
const fill = (text: string, given: Readonly<Record<string, string>>) =>
  text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, rest) => given[name] ?? (kind === '-' ? rest : ''));

describe('docker-compose.yml', () => {
  it('sets only settings that exist, to values that are accepted', () => {
    const { environment } = compose.services.server as Service;
    const names = settingRows.map((row) => row.name);
    expect(Object.keys(environment).filter((name) => !names.includes(name))).toEqual([]);
    const given = { POSTGRES_PASSWORD: 'hush', LADING_ADMIN_KEY: 'sixteen-characters' };
    const filled = Object.entries(environment).map(([name, value]) => [name, fill(String(value), given)]);
    const config = readConfig(Object.fromEntries(filled));
    expect(config).toMatchObject({ host: '0.0.0.0', demo: false, adminKey: 'sixteen-characters' });
    expect(config.databaseUrl).toContain('@database:5432/lading');
  });

  it('gives each service a health check and a volume that is declared', () => {
    for (const service of Object.values(compose.services)) {
      expect(service.healthcheck.test.length).toBeGreaterThan(1);
      const named = service.volumes.map((volume) => volume.split(':')[0] as string);
      expect(named.every((name) => name in compose.volumes)).toBe(true);
    }
    expect(compose.services.server?.depends_on?.database?.condition).toBe('service_healthy');
  });

  it('is built from files that exist', () => {
    for (const [, from] of dockerfile.matchAll(/^COPY (?!--from)(.+) \.\/?$/gm)) {
      for (const file of (from as string).split(' ')) expect(fs.existsSync(file), file).toBe(true);
    }
    expect(dockerfile).toMatch(/CMD \["node", "--enable-source-maps", "dist\/src\/main\.js"\]/);
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});
