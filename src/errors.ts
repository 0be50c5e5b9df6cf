import type { Failure } from './commerce/marketplace.js';

/** A record that cannot be mapped: `path` names the member that is wrong. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  constructor(
    readonly path: string,
    problem: string,
  ) {
    super(path ? `${path}: ${problem}` : problem);
  }
}

/** A request to a marketplace that failed for good, with what it means. Carries neither headers nor bodies. */
export class HttpFailure extends Error {
  override readonly name: string = 'HttpFailure';
  constructor(
    readonly failure: Failure,
    message: string,
    /** HTTP status; null when no answer came. */
    readonly status: number | null = null,
    /** How long the source asked us to stay away; null when it did not say. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** The service of the catalog or the carts did not answer in time, or not in a way that can be used. The message says why. */
export class InventoryUnavailable extends Error {
  override readonly name = 'InventoryUnavailable';
  constructor(
    message: string,
    /** It was asked to write, and may have done so. */
    readonly mayBeDone = false,
  ) {
    super(message);
  }
}

/** Another worker took the shop over: whatever this one still holds must not be written. */
export class StaleWorker extends Error {
  override readonly name = 'StaleWorker';
  constructor(shopId: string) {
    super(`shop ${shopId} was taken over by another worker`);
  }
}

/** A setting that cannot be used: one line for the operator, and the process ends. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
