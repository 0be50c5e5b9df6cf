// The noun export: something to be fetched as a file under a link that expires.
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { exportables } from '../store/shapes/exportables.js';
import { Node } from './node.js';
import { DateTime } from './scalars.js';

export type ExportKind = keyof typeof exportables;
export const ExportKind = Object.fromEntries(Object.keys(exportables).map((kind) => [kind, kind])) as Readonly<
  Record<ExportKind, ExportKind>
>;
registerEnumType(ExportKind, {
  name: 'ExportKind',
  description: 'What can be exported.',
  valuesConfig: Object.fromEntries(
    Object.entries(exportables).map(([kind, { about }]) => [kind, { description: about }]),
  ) as Record<ExportKind, { description: string }>,
});

export const ExportFormat = { CSV: 'CSV', JSON_LINES: 'JSON_LINES' } as const;
export type ExportFormat = keyof typeof ExportFormat;
registerEnumType(ExportFormat, {
  name: 'ExportFormat',
  description: 'How a file is written. Always UTF-8.',
  valuesConfig: {
    CSV: {
      description:
        'Comma-separated as RFC 4180 has it, with a line of names first. Free text that begins like a formula of a spreadsheet (= + - @, tab, line break) gets an apostrophe before it; programs that want texts untouched take JSON_LINES.',
    },
    JSON_LINES: { description: 'A JSON object per line, under the same names. Texts are exact.' },
  },
});

export const ExportState = {
  READY: 'READY',
  RUNNING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  ABORTED: 'ABORTED',
  FAILED: 'FAILED',
  EXPIRED: 'EXPIRED',
} as const;
export type ExportState = keyof typeof ExportState;
registerEnumType(ExportState, {
  name: 'ExportState',
  description: 'How far the last fetch of an export came.',
  valuesConfig: {
    READY: { description: 'Waits to be fetched.' },
    RUNNING: { description: 'Is being fetched.' },
    COMPLETED: { description: 'Was sent to its end.' },
    ABORTED: {
      description: 'Whoever fetched it went away, or took no further rows for a minute; or the server stopped.',
    },
    FAILED: { description: 'Could not be read to its end; `error` says why.' },
    EXPIRED: { description: 'Was never fetched, and its link has expired.' },
  },
});

@ObjectType({
  implements: Node,
  description:
    'Something to be fetched as a file. The query runs when the link is fetched, in one snapshot of the database; each fetch runs it anew.',
})
export class Export extends Node {
  @Field(() => ExportKind, { description: 'What it holds.' })
  kind!: ExportKind;

  @Field(() => ExportFormat, { description: 'How it is written.' })
  format!: ExportFormat;

  @Field(() => String, { description: 'The name that a browser gives the file.' })
  fileName!: string;

  @Field(() => ExportState, { description: 'How far the last fetch came.' })
  state!: ExportState;

  @Field(() => Int, {
    nullable: true,
    description: 'Rows of the last fetch, counted when it began. Null before that.',
  })
  rowsTotal!: number | null;

  @Field(() => Int, { description: 'Rows that the last fetch has sent; told about once a second.' })
  rowsWritten!: number;

  @Field(() => Float, { description: 'Share of its rows that the last fetch has sent, from 0 to 1.' })
  progress!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Path on this server with a key that cannot be guessed: `/exports/exp_1?key=…`. Needs no API key, so that a plain link works; whoever has it can fetch the file until `expiresAt`. Null from then on.',
  })
  url!: string | null;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the last fetch began. Null before the first.' })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the last fetch ended. Null before that.' })
  finishedAt!: Date | null;

  @Field(() => DateTime, {
    description: 'From when on the link leads nowhere: an hour after it was asked for. A fetch under way goes on.',
  })
  expiresAt!: Date;

  @Field(() => String, { nullable: true, description: 'Why the last fetch failed. Null unless it did.' })
  error!: string | null;
}
