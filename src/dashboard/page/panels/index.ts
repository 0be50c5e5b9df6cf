// What the page consists of, in its order. A new panel is a file beside this one and a line here.
import type { AnyPanel } from '../panel.js';
import { alerts } from './alerts.js';
import { bestProducts } from './best-products.js';
import { popularByCountry } from './popular-by-country.js';
import { rejects } from './rejects.js';
import { salesOverTime } from './sales-over-time.js';
import { shipped } from './shipped.js';
import { syncHealth } from './sync-health.js';
import { toShip } from './to-ship.js';

export const panels: readonly AnyPanel[] = [
  salesOverTime,
  toShip,
  shipped,
  bestProducts,
  popularByCountry,
  alerts,
  rejects,
  syncHealth,
];
