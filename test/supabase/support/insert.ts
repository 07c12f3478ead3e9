import type postgres from "postgres";
import type { Fact } from "../../../src/kernel/fact.ts";

type Envelope = Pick<Fact, "id" | "at" | "device" | "seq" | "project" | "kind" | "prev" | "hash"> & { clock?: unknown };

/** Facts of several teams; their data may be anything. */
export type TeamFacts = readonly Readonly<{ team: string; fact: Envelope & Readonly<{ data: unknown }> }>[];

/** Inserts teams with these ids, owned by nobody. */
export async function insertTeams(sql: postgres.Sql, teams: readonly string[]): Promise<void> {
  await sql`
    insert into ai_sync.teams (id, slug, name)
    select id, 't' || replace(id::text, '-', ''), 'A team' from unnest(string_to_array(${teams.join()}, ',')::uuid[]) id`;
}

/** Registers the devices of facts, as the service role may. @param userOf the owner of a device; by default nobody */
export async function insertDevices(
  sql: postgres.Sql,
  facts: TeamFacts,
  userOf: (device: string, team: string) => string | null = () => null,
): Promise<void> {
  const pairs = [
    ...new Map(
      facts.map(({ team, fact }) => [
        `${team} ${fact.device}`,
        { team_id: team, id: fact.device, user_id: userOf(fact.device, team) },
      ]),
    ).values(),
  ];
  await sql`
    insert into ai_sync.devices (team_id, id, user_id)
    select team_id, id, user_id
    from json_to_recordset(${JSON.stringify(pairs)}::text::json) as d (team_id uuid, id uuid, user_id uuid)
    on conflict do nothing`;
}

/** Inserts facts in one statement, in the form that PostgREST writes. */
export async function insertFacts(sql: postgres.ISql, facts: TeamFacts): Promise<void> {
  const rows = facts.map(({ team, fact: { clock, ...fact } }) => ({
    team_id: team,
    ...fact,
    ...(clock === undefined ? {} : { extra: { clock } }),
  }));
  await sql`
    insert into ai_sync.facts (team_id, device, seq, id, at, project, kind, data, extra, prev, hash)
    select team_id, device, seq, id, at, project, kind, data, extra, prev, hash
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as f (team_id uuid, device uuid, seq bigint, id uuid, at timestamptz, project text, kind text, data jsonb, extra json, prev text, hash text)
    on conflict (team_id, device, seq) do nothing`;
}

/** The same arrival, with each device's facts in the order of its log: the server accepts no other order. */
export function inLogOrder<F extends Pick<Fact, "device" | "seq">>(arrival: readonly F[]): readonly F[] {
  const logs = new Map<string, F[]>();
  for (const fact of arrival.toSorted((a, b) => a.seq - b.seq)) {
    const log = logs.get(fact.device);
    if (log === undefined) logs.set(fact.device, [fact]);
    else log.push(fact);
  }
  return arrival.flatMap(({ device }) => logs.get(device)?.shift() ?? []);
}
