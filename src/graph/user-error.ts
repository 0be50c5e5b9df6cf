import { Field, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';

/** Why a mutation changed nothing. Codes are stable. */
export enum UserErrorCode {
  BLANK = 'BLANK',
  TOO_LONG = 'TOO_LONG',
  INVALID = 'INVALID',
  SHOP_NOT_FOUND = 'SHOP_NOT_FOUND',
  SHOP_ALREADY_EXISTS = 'SHOP_ALREADY_EXISTS',
  SHOP_PAUSED = 'SHOP_PAUSED',
  SHOP_NEEDS_CREDENTIALS = 'SHOP_NEEDS_CREDENTIALS',
  STREAM_NOT_FOUND = 'STREAM_NOT_FOUND',
  STREAM_DISABLED = 'STREAM_DISABLED',
  RATE_LIMIT_NOT_FOUND = 'RATE_LIMIT_NOT_FOUND',
  MARKETPLACE_MISMATCH = 'MARKETPLACE_MISMATCH',
  SYNC_ALREADY_RUNNING = 'SYNC_ALREADY_RUNNING',
  SYNC_RUN_NOT_FOUND = 'SYNC_RUN_NOT_FOUND',
  SYNC_ALREADY_FINISHED = 'SYNC_ALREADY_FINISHED',
  COVERAGE_ALREADY_RUNNING = 'COVERAGE_ALREADY_RUNNING',
  REJECT_NOT_FOUND = 'REJECT_NOT_FOUND',
  ALERT_NOT_FOUND = 'ALERT_NOT_FOUND',
  ALERT_ALREADY_RESOLVED = 'ALERT_ALREADY_RESOLVED',
  ALERT_DELIVERY_NOT_FOUND = 'ALERT_DELIVERY_NOT_FOUND',
  STALE_VERSION = 'STALE_VERSION',
  IDEMPOTENCY_KEY_REUSED = 'IDEMPOTENCY_KEY_REUSED',
}

registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why a mutation changed nothing. Codes are stable: branch on them, show the message.',
  valuesConfig: {
    BLANK: { description: 'A text that must say something is empty or only white space.' },
    TOO_LONG: { description: 'A text is longer than its limit, which the message names.' },
    INVALID: { description: 'A value is outside what the message says is allowed.' },
    SHOP_NOT_FOUND: { description: 'No shop has this id.' },
    SHOP_ALREADY_EXISTS: {
      description: 'A shop with the same marketplace account exists already; the message names it.',
    },
    SHOP_PAUSED: { description: 'The shop is paused: resume it first.' },
    SHOP_NEEDS_CREDENTIALS: {
      description: 'The marketplace refused the credentials: replace them with `shopUpdateCredentials` first.',
    },
    STREAM_NOT_FOUND: { description: 'The marketplace of this shop has no such stream.' },
    STREAM_DISABLED: { description: 'The stream is switched off: enable it with `streamConfigure` first.' },
    RATE_LIMIT_NOT_FOUND: { description: 'The marketplace of this shop has no limit of this name.' },
    MARKETPLACE_MISMATCH: { description: 'The credentials are of another marketplace than the shop.' },
    SYNC_ALREADY_RUNNING: {
      description: 'A sync of this shop that does not cover the request is open; the payload holds it.',
    },
    SYNC_RUN_NOT_FOUND: { description: 'No sync run has this id.' },
    SYNC_ALREADY_FINISHED: { description: 'The run has ended: there is nothing to cancel.' },
    COVERAGE_ALREADY_RUNNING: {
      description: 'A coverage check of this shop that does not cover the request is open; the payload holds it.',
    },
    REJECT_NOT_FOUND: { description: 'No reject has this id: it may have been mapped in the meantime.' },
    ALERT_NOT_FOUND: { description: 'No alert has this id: it may be gone with its shop.' },
    ALERT_ALREADY_RESOLVED: { description: 'The cause of the alert is gone: there is nothing to acknowledge.' },
    ALERT_DELIVERY_NOT_FOUND: { description: 'No delivery has this id: it may be forgotten since.' },
    STALE_VERSION: {
      description: '`expectedVersion` is not the current version: somebody changed it since; read it again.',
    },
    IDEMPOTENCY_KEY_REUSED: { description: 'The idempotency key was used before, with another input.' },
  },
});

@InterfaceType({
  description: 'Why a mutation changed nothing: an expected failure, told as data.',
  resolveType: () => 'InputError',
})
export abstract class UserError {
  @Field(() => UserErrorCode, { description: 'Stable, for programs.' })
  code!: UserErrorCode;

  @Field(() => [String], {
    nullable: true,
    description:
      'Path to the input field at fault, from the mutation’s argument on; null when it is none in particular.',
  })
  field!: readonly string[] | null;

  @Field(() => String, { description: 'One sentence for people, in English. Holds no secret.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'Where to read more; null when there is nothing to add.' })
  documentationUrl!: string | null;
}

@ObjectType({ implements: UserError, description: 'Something about the input or the state it meets is not right.' })
export class InputError extends UserError {}

/** `userError('BLANK', 'Give the shop a name.', 'input', 'name')` */
export function userError(code: keyof typeof UserErrorCode, message: string, ...field: readonly string[]): UserError {
  return { code: UserErrorCode[code], message, field: field.length ? field : null, documentationUrl: null };
}
