import type { Rule } from '../../../sandbox/windows.js';
import type { BolSettings, LimitTable } from './settings.js';

type Row = readonly [methods: string, path: string, requests: number, per: 's' | 'min'];

/**
 * bol's own lists of limits (`GET /retailer/public/ratelimits`), as published copies have them; of what we serve. What the
 * newer list leaves out is taken from the older one.
 */
const tables: Readonly<Record<LimitTable, readonly Row[]>> = {
  '2025-11': [
    ['GET', '/retailer/orders', 25, 'min'],
    ['GET', '/retailer/orders/*', 25, 's'],
    ['PUT', '/retailer/orders/cancellation', 25, 'min'],
    ['GET', '/retailer/shipments', 25, 'min'],
    ['POST', '/retailer/shipments', 25, 's'],
    ['GET', '/retailer/shipments/*', 50, 'min'],
    ['GET, POST', '/retailer/returns', 20, 'min'],
    ['GET, PUT', '/retailer/returns/*', 20, 'min'],
    ['PUT', '/retailer/transports/*', 10, 's'],
    ['GET', '/shared/process-status/*', 100, 's'],
    ['GET', '/shared/process-status', 2, 's'],
    ['POST', '/shared/process-status', 2, 's'],
  ],
  '2020-05': [
    ['GET', '/retailer/orders', 25, 'min'],
    ['GET', '/retailer/orders/*', 25, 's'],
    ['PUT', '/retailer/orders/cancellation', 25, 'min'],
    ['GET', '/retailer/shipments', 7, 'min'],
    ['POST', '/retailer/shipments', 25, 's'],
    ['GET', '/retailer/shipments/*', 14, 'min'],
    ['GET', '/retailer/returns', 20, 'min'],
    ['POST', '/retailer/returns', 20, 'min'],
    ['GET', '/retailer/returns/*', 20, 'min'],
    ['PUT', '/retailer/returns/*', 20, 'min'],
    ['PUT', '/retailer/transports/*', 10, 's'],
    ['GET', '/shared/process-status/*', 100, 's'],
    ['GET', '/shared/process-status', 2, 's'],
    ['POST', '/shared/process-status', 2, 's'],
  ],
};

const windowMs = { s: 1_000, min: 60_000 };

/** One limit for all of the examples (seen in 2021: 10, reset 1). */
const demoRule: Rule = {
  name: 'demo',
  methods: ['GET', 'POST', 'PUT'],
  pattern: /^\/(retailer|shared)-demo\//,
  requests: 10,
  windowMs: 1_000,
};

/** The rules in force; of two that match the more specific one counts, so those without a `*` come first. */
export function rulesOf({ limits, rateScale }: Pick<BolSettings, 'limits' | 'rateScale'>): Rule[] {
  const scaled = (requests: number) => Math.max(1, Math.round(requests * rateScale));
  const rules = tables[limits].map(([methods, path, requests, per]) => ({
    name: `${methods} ${path}`,
    methods: methods.split(', '),
    pattern: new RegExp(`^${path.replaceAll('*', '[^/]+')}/?$`),
    requests: scaled(requests),
    windowMs: windowMs[per],
  }));
  const stars = ({ name }: Rule) => name.split('*').length;
  return [...rules.sort((a, b) => stars(a) - stars(b)), { ...demoRule, requests: scaled(demoRule.requests) }];
}

/** The list that bol publishes of its limits: the documented figures, scaled or not. Numbers are texts. */
export const publicLimits = (table: LimitTable): object[] =>
  tables[table].map(([methods, path, requests, per]) => ({
    path,
    methods: methods === 'GET' || methods.startsWith('GET,') ? `${methods}, OPTIONS, HEAD` : methods,
    maxCapacity: String(requests),
    timeToLive: '1',
    timeUnit: per === 's' ? 'SECONDS' : 'MINUTES',
  }));
