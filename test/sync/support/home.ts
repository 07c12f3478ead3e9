import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { type ComposedPorts, compose } from "../../../src/compose.ts";
import { allStores } from "../../../src/features/agent/model/stores.ts";
import { parseEval, toEvalDraft } from "../../../src/features/evals/importers/eval-file.ts";
import { noPrices } from "../../../src/features/evals/model/price-table.ts";
import type { Draft } from "../../../src/kernel/fact.ts";
import type { Clock, Logger } from "../../../src/ports/ports.ts";
import type { Sync } from "../../../src/ports/sync.ts";
import type { Stack } from "../../supabase/stack/stack.ts";
import { makeEvalHistory } from "../../support/eval-fixtures.ts";
import { temporaryFolder } from "../../support/folder.ts";

/** A logger that keeps the messages of all levels in one list. */
export type RecordingLogger = Logger & Readonly<{ lines: readonly string[] }>;

export function recordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  return { lines, debug: note, info: note, warn: note, error: note };
}

export type SyncHome = Readonly<{ home: string; cwd: string; ports: ComposedPorts; sync: Sync; heard: RecordingLogger }>;

export type HomeOptions = Readonly<{
  home?: string;
  cwd?: string;
  settings?: object;
  env?: Readonly<Record<string, string>>;
  clock?: Clock;
  /** Time without an answer after which a request fails, in ms. */
  requestTimeoutMs?: number;
}>;

/** A checkout whose configuration names a team of the stack. */
export function checkout(stack: Pick<Stack, "url" | "anonKey">, team: string): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, ".git"));
  writeFileSync(
    join(cwd, ".reward-ledger.json"),
    JSON.stringify({ supabase_url: stack.url, supabase_anon_key: stack.anonKey, team_slug: team }),
  );
  return cwd;
}

const settingsFile = z.looseObject({ "sync.allowed": z.array(z.looseObject({ url: z.string(), team: z.string() })).default([]) });

/** Makes the user of a home agree to a team for all projects, in addition to the teams that were agreed to before. */
export function allowTeam(home: string, { url, team }: Readonly<{ url: string; team: string }>, settings: object = {}): void {
  const path = join(home, "settings.json");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const before = settingsFile.parse(existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
  const others = before["sync.allowed"].filter((one) => one.url !== url || one.team !== team);
  const agreed = { "sync.texts": true, "sync.allowed": [...others, { url, team, projects: null }] };
  writeFileSync(path, JSON.stringify({ ...before, ...agreed, ...settings }));
}

/** Opens a home on this machine whose user has agreed to sync with a team; it is closed after the test. */
export async function openHome(
  stack: Pick<Stack, "url" | "anonKey">,
  team: string,
  options: HomeOptions = {},
): Promise<SyncHome> {
  const home = options.home ?? join(temporaryFolder(), "home");
  const cwd = options.cwd ?? checkout(stack, team);
  allowTeam(home, { url: stack.url, team }, options.settings);
  const heard = recordingLogger();
  const { clock, requestTimeoutMs } = options;
  const env = { REWARD_LEDGER_TZ: "UTC", ...options.env };
  const ports = await compose({ home, cwd, env, logger: heard, clock, requestTimeoutMs });
  onTestFinished(() => ports.close());
  return { home, cwd, ports, sync: await ports.sync(), heard };
}

/** Drafts of review runs, each with a finding whose texts are awkward on purpose. */
export function reviewDrafts(
  count: number,
  options: Readonly<{ agent?: string; project?: string | null; name?: string }> = {},
): Draft[] {
  const { agent = "codex", project = "acme/shop", name = randomUUID() } = options;
  return Array.from({ length: count }, (_, index) => ({
    kind: "review.recorded",
    project,
    data: {
      agent,
      report: {
        run_id: `${name}-${index}`,
        timestamp: new Date(Date.UTC(2026, 3, 1, 0, 0, index)).toISOString(),
        score: 60 + ((index * 7) % 60),
        reward_delta: ((index * 7) % 60) - 20,
        schema_version: "1.0",
        overall_verdict: index % 4 === 3 ? "FAIL" : "PASS",
        ci_exit_code: index % 4 === 3 ? 1 : 0,
        house_rules_updates: [],
        summary: 'zwölf \u0001 日本 😀 "quoted" \\ back',
        findings: [
          {
            category: "style",
            severity: index % 4 === 3 ? "error" : "warning",
            tool: "ruff",
            rule: `R${index % 5}`,
            file: "src/geheim/päth.ts",
            line: 1 + index,
            message: "a secret message \u2028",
            autofixable: false,
          },
        ],
      },
      timestamp_given: true,
      mode: "enforce",
      issue_number: null,
      changed_files: ["src/geheim/päth.ts"],
      house_rules_version: null,
      branch: "main",
      commit: null,
      numbers: [1, 1.5, 1e21, 1e-7, -0, 123456789012345680000],
      "10": "a key that sorts as a number",
    },
  }));
}

/** Drafts of every area: reviews, messages, tasks, spending and evals, each identified by ids of its own. */
export function mixedDrafts(count: number, agent: string): Draft[] {
  const at = "2026-03-16T08:00:00.000Z";
  const evals = makeEvalHistory({ seed: count, runs: Math.ceil(count / 5), tests: 3 });
  return reviewDrafts(count, { agent }).map((review, index): Draft => {
    const [id, project] = [randomUUID(), "acme/shop"];
    const run = evals[Math.floor(index / 5)];
    switch (index % 5) {
      case 1:
        return {
          kind: "inbox.added",
          project,
          data: { row: { id, received_at: at, from_handle: "em", channel: "cli", severity: "question", body: `Which ${id}?` } },
        };
      case 2:
        return { kind: "task.added", project, data: { row: { id, created_at: at, inputs_json: "{}", loop_version: 1 } } };
      case 3:
        return {
          kind: "spend.added",
          project,
          data: {
            row: { id, occurred_at: at, call_site: "plan", model: "m", input_tokens: index, output_tokens: 5, usd_micros: 1_234 },
          },
        };
      case 4: {
        const parsed = parseEval(JSON.stringify({ ...run, label: id }), id);
        return toEvalDraft(parsed, { project, source: "eval.json", label: undefined, prices: noPrices, now: new Date(at) });
      }
      default:
        return review;
    }
  });
}

/** Records drafts, and throws unless each became a fact. */
export async function recordAll({ ports }: SyncHome, drafts: readonly Draft[]): Promise<void> {
  for (const outcome of await ports.ledger.record(drafts)) {
    if (!outcome.recorded) throw new Error(outcome.reason === "refused" ? outcome.error.message : outcome.reason);
  }
}

/** The answers that must be the same for everybody who has the same facts. */
export async function sharedState({ ports }: SyncHome) {
  const { facts, devices, problems } = await ports.ledger.verify();
  const answers = await ports.ledger.ask(
    ({ review, agent, eval: evals }) => ({
      standings: review.standings(),
      stores: allStores.map((store) => [store.name, agent.list(store, { limit: 1_000 }).rows] as const),
      evals: evals
        .everyRun()
        .map(({ place: _, ...run }) => run)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    }),
    "team",
  );
  return { facts, devices: devices.map(({ device, facts: count, head }) => ({ device, count, head })), problems, ...answers };
}
