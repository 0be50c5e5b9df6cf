import type { MigrationInterface } from 'typeorm';
import { Base1760000000000 } from './1760000000000-base.js';
import { FullReadings1760000100000 } from './1760000100000-full-readings.js';
import { RateLimits1760000200000 } from './1760000200000-rate-limits.js';
import { LineFacts1760000300000 } from './1760000300000-line-facts.js';
import { Outages1760000400000 } from './1760000400000-outages.js';
import { Coverage1760000500000 } from './1760000500000-coverage.js';
import { Inventory1760000600000 } from './1760000600000-inventory.js';
import { Alerts1760000700000 } from './1760000700000-alerts.js';
import { Inbox1760000800000 } from './1760000800000-inbox.js';
import { Reporting1760000900000 } from './1760000900000-reporting.js';
import { Exports1760001000000 } from './1760001000000-exports.js';
import { OrderSagas1760001200000 } from './1760001200000-order-sagas.js';
import { LineNumbers1760001300000 } from './1760001300000-line-numbers.js';
import { StepRefusals1760001400000 } from './1760001400000-step-refusals.js';

/** In the order in which they run. A new one is added at the end; one that was released never changes. */
export const migrations: (new () => MigrationInterface)[] = [
  Base1760000000000,
  FullReadings1760000100000,
  RateLimits1760000200000,
  LineFacts1760000300000,
  Outages1760000400000,
  Coverage1760000500000,
  Inventory1760000600000,
  Alerts1760000700000,
  Inbox1760000800000,
  Reporting1760000900000,
  Exports1760001000000,
  OrderSagas1760001200000,
  LineNumbers1760001300000,
  StepRefusals1760001400000,
];
