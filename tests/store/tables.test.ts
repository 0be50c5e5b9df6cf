import { expect, test } from 'vitest';
import { freshDatabase } from '../setup/fresh.js';

test('the entities name the columns that the migrations made', async () => {
  const { db, close } = await freshDatabase({ poolSize: 2 });
  try {
    const rows = await db.run<{ name: string }>({
      text: `select format('%s.%s %s%s', table_name, column_name, ltrim(udt_name, '_'), case when is_nullable = 'YES' then ' null' end) as name
        from information_schema.columns where table_schema = 'public' and table_name <> 'migrations'`,
    });
    const sqlNames: Record<string, string> = {
      bigint: 'int8',
      int: 'int4',
      smallint: 'int2',
      boolean: 'bool',
      char: 'bpchar',
    };
    const declared = db.source.entityMetadatas.flatMap((entity) =>
      entity.columns.map(
        ({ databaseName, type, isNullable }) =>
          `${entity.tableName}.${databaseName} ${sqlNames[String(type)] ?? type}${isNullable ? ' null' : ''}`,
      ),
    );
    // a generated column without `not null` is nullable for the catalog and for us
    expect(declared.sort()).toEqual(rows.map((row) => row.name).sort());
  } finally {
    await close();
  }
});
