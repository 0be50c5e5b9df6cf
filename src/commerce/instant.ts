const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)$/;

/**
 * An ISO 8601 instant as marketplaces write it: `…Z`, `…+02:00` or, as OTTO does, `…+0000`. Milliseconds are kept, finer
 * digits dropped. Null for anything else, an impossible date (`02-30`) and a date without a zone included.
 */
export function parseInstant(text: string): Date | null {
  const match = shape.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = match;
  const parts = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = new Date(0);
  local.setUTCFullYear(parts[0], parts[1] - 1, parts[2]);
  local.setUTCHours(parts[3], parts[4], parts[5], Number(fraction.padEnd(3, '0').slice(0, 3)));
  const written = [
    local.getUTCFullYear(),
    local.getUTCMonth() + 1,
    local.getUTCDate(),
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds(),
  ];
  if (parts[0] < 1 || parts[0] > 9998 || written.some((value, index) => value !== parts[index])) return null;
  const offset = offsetMinutes(zone);
  return offset === null ? null : new Date(local.getTime() - offset * 60_000);
}

/** Of `Z`, `+02`, `+0200` or `+02:00`. */
function offsetMinutes(zone: string): number | null {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 18 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
