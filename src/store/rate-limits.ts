import type { ConfiguredLimit } from '../commerce/rate-limit.js';
import type { Executor } from './database.js';

/**
 * Sets a lane's limit for a shop; null: the documented one holds again. Raises the shop's version, by which the process that
 * works it takes notice.
 */
export async function configureLimit(
  tx: Executor,
  shopId: string,
  lane: string,
  limit: ConfiguredLimit | null,
): Promise<void> {
  await tx.run({
    name: 'rate-limit-configure',
    text: `with changed as (
        update shops set version = version + 1,
          rate_limits = case when $3::jsonb is null then rate_limits - $2::text
            else rate_limits || jsonb_build_object($2::text, $3::jsonb) end
        where id = $1)
      select pg_notify('lading_due', $1::text)`,
    values: [shopId, lane, limit && JSON.stringify(limit)],
  });
}
