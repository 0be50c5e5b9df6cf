import type { MigrationInterface } from 'typeorm';
import { Base1760000000000 } from './1760000000000-base.js';
import { FullReadings1760000100000 } from './1760000100000-full-readings.js';
import { Outages1760000400000 } from './1760000400000-outages.js';

/** In the order in which they run. A new one is added at the end; one that was released never changes. */
export const migrations: (new () => MigrationInterface)[] = [
  Base1760000000000,
  FullReadings1760000100000,
  Outages1760000400000,
];
