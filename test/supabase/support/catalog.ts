import type postgres from "postgres";
import * as z from "zod";

const lineRows = z.array(z.object({ line: z.string() }));

/** Everything in the schemas except rows, one line each: columns, constraints, indexes, policies, triggers, functions, rights. */
export async function readCatalog(sql: postgres.ISql): Promise<readonly string[]> {
  const rows = await sql`
    with ours as (select oid, nspname from pg_namespace where nspname in ('ai_sync', 'ai_sync_private')),
    tables as (select c.* from pg_class c join ours on ours.oid = c.relnamespace where c.relkind in ('r', 'v'))
    select line from (
      select 'table ' || relname || ' rls ' || relrowsecurity || ' ' || coalesce(reloptions::text, '') as line from tables
      union all
      select 'column ' || t.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' '
        || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
      union all
      select 'constraint ' || t.relname || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
      from tables t join pg_constraint c on c.conrelid = t.oid
      union all
      select 'index ' || indexdef from pg_indexes where schemaname = 'ai_sync'
      union all
      select 'policy ' || tablename || ' ' || policyname || ' ' || cmd || ' ' || roles::text || ' ' || coalesce(qual, '') || ' ' || coalesce(with_check, '')
      from pg_policies where schemaname = 'ai_sync'
      union all
      select 'trigger ' || pg_get_triggerdef(g.oid) from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
      union all
      select 'function ' || pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') from pg_proc p join ours on ours.oid = p.pronamespace
      union all
      select 'right ' || table_name || ' ' || grantee || ' ' || privilege_type from information_schema.role_table_grants where table_schema = 'ai_sync'
      union all
      select 'right ' || table_name || '.' || column_name || ' ' || grantee || ' ' || privilege_type
      from information_schema.column_privileges where table_schema = 'ai_sync'
    ) all_of_it order by 1`;
  return lineRows.parse(rows).map(({ line }) => line);
}

/** The number of rows in each table of the team's schema. */
export async function rowCounts(sql: postgres.Sql): Promise<Readonly<Record<string, number>>> {
  const tables = z
    .array(z.object({ name: z.string() }))
    .parse(await sql`select tablename as name from pg_tables where schemaname = 'ai_sync' order by 1`);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await sql`select count(*)::int as n from ${sql("ai_sync")}.${sql(name)}`;
    counts[name] = z.object({ n: z.number() }).parse(row).n;
  }
  return counts;
}
