import type { Queries } from "../../../ports/ports.ts";
import type { Row } from "../../agent/model/column-types.ts";
import { sessions } from "../../agent/model/sessions.ts";
import { spend } from "../../agent/model/spend.ts";
import type { Bucket, SessionTally } from "../model/import-state.ts";
import { bucketsOf } from "../model/tally.ts";

/*
 * What is recorded of a session's transcripts: its row, and entries of spending. An entry is what a bucket counts beyond the entries that
 * are recorded of it: entries never change, and whoever imports the same transcripts again records none.
 */

const isoOf = (at: number): string => new Date(at).toISOString();

/** The model of most calls; of several the first by name. */
function mainModel(buckets: readonly Bucket[]): string | null {
  const calls = new Map<string, number>();
  for (const { model, calls: more } of buckets) calls.set(model, (calls.get(model) ?? 0) + more);
  return [...calls].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0] ?? null;
}

/** The row of a session, as its transcripts tell it. */
export function rowOfTranscripts(tally: SessionTally, buckets: readonly Bucket[]): Row {
  const commits = tally.commits.toSorted((a, b) => a.at - b.at);
  const tools = Object.entries(tally.tools).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    session_id: tally.id,
    host: tally.host,
    model: mainModel(buckets),
    started_at: isoOf(tally.first),
    ended_at: isoOf(tally.last),
    // The list of prompts counts only where no transcript is left.
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

/** Columns that transcripts do not tell better than whoever recorded them. */
const kept: ReadonlySet<string> = new Set(["session_id", "host"]);

/**
 * What of a recorded row transcripts change. They have the last word on counts; what they do not tell stays, and a row never goes back
 * behind what was counted before, as it would where transcripts were tidied away.
 */
export function changesOfRow(recorded: Row, told: Row): Row {
  const isOlder =
    recorded["source"] === "transcript" &&
    (Number(told["turns"]) < Number(recorded["turns"]) || String(told["ended_at"]) < String(recorded["ended_at"] ?? ""));
  if (isOlder) return {};
  const first = String(told["started_at"]) < String(recorded["started_at"]) ? told["started_at"] : recorded["started_at"];
  const last = String(told["ended_at"]) > String(recorded["ended_at"] ?? "") ? told["ended_at"] : recorded["ended_at"];
  const next: Row = { ...told, started_at: first ?? null, ended_at: last ?? null };
  return Object.fromEntries(
    Object.entries(next).filter(
      ([name, cell]) =>
        !kept.has(name) && cell !== null && cell !== (recorded[name] ?? null) && !(cell === "[]" && recorded[name] !== undefined),
    ),
  );
}

type Sums = Readonly<
  Record<"calls" | "unpriced" | "input" | "cacheRead" | "cacheWrite" | "cacheWrite1h" | "output" | "micros", number>
>;

const sumsOf = (bucket: Bucket): Sums => ({ ...bucket, cacheWrite: bucket.cacheWrite5m + bucket.cacheWrite1h });

const nothing: Sums = { calls: 0, unpriced: 0, input: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 0, micros: 0 };

/** What is recorded of each bucket of a session: sums, and in how many entries. */
function recordedSums({ agent }: Queries, session: string): ReadonlyMap<string, Readonly<{ sums: Sums; entries: number }>> {
  const start = bucketsOf(session);
  const found = new Map<string, Readonly<{ sums: Sums; entries: number }>>();
  for (const row of agent.list(spend, { where: { id: { from: start, to: `${start}\u{10FFFF}` } } }).rows) {
    const bucket = row.id.slice(0, row.id.lastIndexOf("#"));
    const { sums, entries } = found.get(bucket) ?? { sums: nothing, entries: 0 };
    found.set(bucket, {
      entries: entries + 1,
      sums: {
        calls: sums.calls + row.calls,
        unpriced: sums.unpriced + row.unpriced_calls,
        input: sums.input + row.input_tokens,
        cacheRead: sums.cacheRead + row.cache_read_tokens,
        cacheWrite: sums.cacheWrite + row.cache_create_tokens,
        cacheWrite1h: sums.cacheWrite1h + row.cache_create_1h_tokens,
        output: sums.output + row.output_tokens,
        micros: sums.micros + row.usd_micros,
      },
    });
  }
  return found;
}

/** The entries that are still to be recorded of a session's buckets. */
export function entriesOf(queries: Queries, session: string, buckets: readonly Bucket[]): readonly Row[] {
  const recorded = recordedSums(queries, session);
  return buckets.flatMap((bucket): readonly Row[] => {
    const { sums: before, entries } = recorded.get(bucket.id) ?? { sums: nothing, entries: 0 };
    const now = sumsOf(bucket);
    const beyond = (of: keyof Sums): number => Math.max(0, now[of] - before[of]);
    // Without calls or tokens there is nothing to pay for: amounts that differ are those of another price list.
    if (!(["calls", "input", "cacheRead", "cacheWrite", "output"] as const).some((of) => beyond(of) > 0)) return [];
    return [
      {
        id: `${bucket.id}#${entries + 1}`,
        occurred_at: isoOf(bucket.at),
        call_site: bucket.site,
        model: bucket.model,
        input_tokens: beyond("input"),
        cache_read_tokens: beyond("cacheRead"),
        cache_create_tokens: beyond("cacheWrite"),
        output_tokens: beyond("output"),
        usd_micros: beyond("micros"),
        session_id: bucket.session,
        branch: bucket.branch,
        calls: beyond("calls"),
        unpriced_calls: beyond("unpriced"),
        cache_create_1h_tokens: beyond("cacheWrite1h"),
      },
    ];
  });
}

export const recordedRow = ({ agent }: Queries, id: string): Row | undefined => agent.get(sessions, id);
