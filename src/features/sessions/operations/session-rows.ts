import type { Queries } from "../../../ports/ports.ts";
import type { Row } from "../../agent/model/column-types.ts";
import { sessions } from "../../agent/model/sessions.ts";
import { spend } from "../../agent/model/spend.ts";
import type { Bucket, SessionTally } from "../model/import-state.ts";
import { bucketIdPrefix, quarterOf, subAgent } from "../model/tally.ts";

/*
 * What is recorded for a session's transcripts: its row, and spending entries. An entry contains what a bucket counts beyond the
 * entries that are recorded for it: entries never change, and importing the same transcripts again records none.
 */

const isoOf = (at: number): string => new Date(at).toISOString();

/** Returns the model with the most calls; of several, the first by name. */
function mainModel(buckets: readonly Bucket[]): string | null {
  const calls = new Map<string, number>();
  for (const { model, calls: more } of buckets) calls.set(model, (calls.get(model) ?? 0) + more);
  return [...calls].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

/** Returns the row of a session, computed from its transcripts. */
export function toSessionRow(tally: SessionTally, buckets: readonly Bucket[]): Row {
  const commits = tally.commits.toSorted((a, b) => a.at - b.at);
  const tools = Object.entries(tally.tools).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    session_id: tally.id,
    host: tally.host,
    model: mainModel(buckets),
    started_at: isoOf(tally.first),
    ended_at: isoOf(tally.last),
    // The list of prompts counts only if no transcript is left.
    turns: tally.turns === 0 ? tally.listed : tally.turns,
    tools_json: JSON.stringify(Object.fromEntries(tools)),
    files_json: JSON.stringify(tally.files),
    branch: tally.branch,
    commits_json: JSON.stringify(commits.map(({ sha }) => sha)),
    commit_times_json: JSON.stringify(commits.map(({ at }) => isoOf(at))),
    pull_request: tally.pullRequest,
    source: "transcript",
  };
}

/** Columns for which the recorded value takes precedence over transcripts. */
const protectedColumns: ReadonlySet<string> = new Set(["session_id", "host"]);

/**
 * Returns the cells of a recorded row that transcripts change. Transcripts take precedence for counts; cells that they do not
 * contain stay unchanged, and a row never returns to lower counts than before, as it would after transcripts were deleted.
 */
export function changedCells(recorded: Row, newRow: Row): Row {
  const isOlder =
    recorded["source"] === "transcript" &&
    (Number(newRow["turns"]) < Number(recorded["turns"]) || String(newRow["ended_at"]) < String(recorded["ended_at"] ?? ""));
  if (isOlder) return {};
  const first = String(newRow["started_at"]) < String(recorded["started_at"]) ? newRow["started_at"] : recorded["started_at"];
  const last = String(newRow["ended_at"]) > String(recorded["ended_at"] ?? "") ? newRow["ended_at"] : recorded["ended_at"];
  const next: Row = { ...newRow, started_at: first ?? null, ended_at: last ?? null };
  return Object.fromEntries(
    Object.entries(next).filter(
      ([name, cell]) =>
        !protectedColumns.has(name) &&
        cell !== null &&
        cell !== (recorded[name] ?? null) &&
        !(cell === "[]" && recorded[name] !== undefined),
    ),
  );
}

type Sums = Readonly<
  Record<"calls" | "unpriced" | "input" | "cacheRead" | "cacheWrite" | "cacheWrite1h" | "output" | "micros", number>
>;

const sumsOf = (bucket: Bucket): Sums => ({ ...bucket, cacheWrite: bucket.cacheWrite5m + bucket.cacheWrite1h });

const zeroSums: Sums = { calls: 0, unpriced: 0, input: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 0, micros: 0 };

const combine = (a: Sums, b: Sums, of: (a: number, b: number) => number): Sums => ({
  calls: of(a.calls, b.calls),
  unpriced: of(a.unpriced, b.unpriced),
  input: of(a.input, b.input),
  cacheRead: of(a.cacheRead, b.cacheRead),
  cacheWrite: of(a.cacheWrite, b.cacheWrite),
  cacheWrite1h: of(a.cacheWrite1h, b.cacheWrite1h),
  output: of(a.output, b.output),
  micros: of(a.micros, b.micros),
});

const addSums = (a: Sums, b: Sums): Sums => combine(a, b, (one, other) => one + other);
const subtractSums = (a: Sums, b: Sums): Sums => combine(a, b, (one, other) => Math.max(0, one - other));

type RecordedSums = Readonly<{ id: string; at: number; model: string; site: string; sums: Sums; entries: number }>;

/** Returns what is recorded for each bucket of a session: sums, and the number of entries. */
function recordedSums({ agent }: Queries, session: string): ReadonlyMap<string, RecordedSums> {
  const start = bucketIdPrefix(session);
  const found = new Map<string, RecordedSums>();
  for (const row of agent.list(spend, { where: { id: { from: start, to: `${start}\u{10FFFF}` } } }).rows) {
    const id = row.id.slice(0, row.id.lastIndexOf("#"));
    const { sums, entries } = found.get(id) ?? { sums: zeroSums, entries: 0 };
    const more: Sums = {
      calls: row.calls,
      unpriced: row.unpriced_calls,
      input: row.input_tokens,
      cacheRead: row.cache_read_tokens,
      cacheWrite: row.cache_create_tokens,
      cacheWrite1h: row.cache_create_1h_tokens,
      output: row.output_tokens,
      micros: row.usd_micros,
    };
    const { model, call_site: site } = row;
    found.set(id, { id, at: Date.parse(row.occurred_at), model, site, sums: addSums(sums, more), entries: entries + 1 });
  }
  return found;
}

/**
 * Returns what was recorded for sub-agents but is counted for the session since its own transcript was read later: entries never
 * change, so the session's own entries record that much less. By quarter of an hour and model.
 */
function reassignedSums(recorded: ReadonlyMap<string, RecordedSums>, buckets: readonly Bucket[]): Map<string, Sums> {
  const now = new Map(buckets.map((bucket) => [bucket.id, sumsOf(bucket)]));
  const found = new Map<string, Sums>();
  for (const one of recorded.values()) {
    if (one.site !== subAgent) continue;
    const key = quarterKey(one);
    found.set(key, addSums(found.get(key) ?? zeroSums, subtractSums(one.sums, now.get(one.id) ?? zeroSums)));
  }
  return found;
}

const quarterKey = ({ at, model }: Pick<Bucket, "at" | "model">): string => `${quarterOf(at)} ${model}`;

/** Returns the entries that still have to be recorded for a session's buckets. */
export function unrecordedEntries(queries: Queries, session: string, buckets: readonly Bucket[]): readonly Row[] {
  const recorded = recordedSums(queries, session);
  const reassigned = reassignedSums(recorded, buckets);
  return buckets.flatMap((bucket): readonly Row[] => {
    const { sums: before, entries } = recorded.get(bucket.id) ?? { sums: zeroSums, entries: 0 };
    const unrecorded = subtractSums(sumsOf(bucket), before);
    const key = quarterKey(bucket);
    const known = bucket.site === subAgent ? undefined : reassigned.get(key);
    if (known !== undefined) reassigned.set(key, subtractSums(known, unrecorded));
    const more = known === undefined ? unrecorded : subtractSums(unrecorded, known);
    // Without calls or tokens there is nothing to pay for: different amounts come from another price list.
    if (!(["calls", "input", "cacheRead", "cacheWrite", "output"] as const).some((of) => more[of] > 0)) return [];
    return [
      {
        id: `${bucket.id}#${entries + 1}`,
        occurred_at: isoOf(bucket.at),
        call_site: bucket.site,
        model: bucket.model,
        input_tokens: more.input,
        cache_read_tokens: more.cacheRead,
        cache_create_tokens: more.cacheWrite,
        output_tokens: more.output,
        usd_micros: more.micros,
        session_id: bucket.session,
        branch: bucket.branch,
        calls: more.calls,
        unpriced_calls: more.unpriced,
        cache_create_1h_tokens: more.cacheWrite1h,
      },
    ];
  });
}

export const recordedRow = ({ agent }: Queries, id: string): Row | undefined => agent.get(sessions, id);
