import winston from 'winston';

export type Logger = winston.Logger;

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFormat = 'pretty' | 'json';

/** Members whose value never reaches a log: secrets, and what tells who bought. */
const hidden =
  /^(authorization|cookie|password|secret|clientsecret|client_secret|accesstoken|access_token|refresh_token|token|credentials|adminkey|email|phonenumber|payload|variables|(shipping|billing|delivery|invoice)address|x-api-key)$/i;

/** Secrets inside running text: bearer tokens, form fields, the password of a database URL. */
const patterns: readonly [RegExp, string][] = [
  [/(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/((?:client_secret|access_token|refresh_token|password)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi, '$1[redacted]'],
  [/whsec_[\w+/=-]+/g, 'whsec_[redacted]'],
  [/(\w+:\/\/[^\s:/@]*:)[^\s@/]+(@)/g, '$1[redacted]$2'],
];

export function redactText(text: string): string {
  return patterns.reduce((clean, [pattern, by]) => clean.replace(pattern, by), text);
}

/** A copy of a log field without secrets and buyer data. Depth is bounded: deeper values are named by their kind. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (value instanceof Error) {
    return { name: value.name, message: redactText(value.message), stack: redactText(value.stack ?? '') };
  }
  if (depth >= 6) return Array.isArray(value) ? '[array]' : '[object]';
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, hidden.test(key) ? '[redacted]' : redact(item, depth + 1)]),
  );
}

const clean = winston.format((info) => {
  for (const [key, value] of Object.entries(info)) {
    if (key !== 'level' && key !== 'timestamp') info[key] = hidden.test(key) ? '[redacted]' : redact(value);
  }
  return info;
});

const colours: Record<string, string> = { error: '\u001b[31m', warn: '\u001b[33m', info: '', debug: '\u001b[2m' };

/** `12:30:01 sync      page committed  shop=1 run=7 stream=ORDERS created=16`; colour only on a terminal. */
function line(info: winston.Logform.TransformableInfo, colour: boolean): string {
  const { level, message, timestamp, room, error, ...rest } = info as Record<string, unknown>;
  const fields = Object.entries(rest)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`);
  const failure = error as { message?: string; stack?: string } | string | undefined;
  if (failure) fields.push(`error=${typeof failure === 'string' ? failure : failure.message}`);
  const time = String(timestamp).slice(11, 19);
  const text = `${time} ${level === 'info' ? '' : `${String(level).toUpperCase()} `}${room ? `[${room}] ` : ''}${message}`;
  const tail = fields.length ? `  ${fields.join(' ')}` : '';
  const stack = typeof failure === 'object' && level === 'error' && failure.stack ? `\n${failure.stack}` : '';
  return colour
    ? `${colours[String(level)] ?? ''}${text}\u001b[0m\u001b[2m${tail}\u001b[0m${stack}`
    : `${text}${tail}${stack}`;
}

/** Readable lines for people, one JSON object per line for machines. Everything is redacted first. */
export function createLog(options: {
  level: LogLevel;
  format: LogFormat;
  /** Where lines go; standard output unless given. */
  stream?: NodeJS.WritableStream;
}): Logger {
  const stream = options.stream ?? process.stdout;
  const colour = options.format === 'pretty' && (stream as Partial<NodeJS.WriteStream>).isTTY === true;
  return winston.createLogger({
    level: options.level,
    format: winston.format.combine(
      winston.format.timestamp(),
      clean(),
      options.format === 'json' ? winston.format.json() : winston.format.printf((info) => line(info, colour)),
    ),
    transports: [new winston.transports.Stream({ stream })],
  });
}
