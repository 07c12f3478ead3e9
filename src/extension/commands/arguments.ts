import * as vscode from "vscode";
import * as z from "zod";
import { sessions } from "../../features/agent/model/sessions.ts";
import { healthStates } from "../../features/evals/model/health.ts";
import { severities } from "../../features/reviews/model/finding.ts";
import { targetNames } from "../../features/rules/model/targets.ts";
import { trendsTabs } from "../../protocol/trends-panel.ts";

/*
 * Arguments of commands. They come from rows of the views, links and other extensions, so they are parsed. An argument that does
 * not match the schema counts as missing, and the command asks the user instead.
 */

const runRow = z.object({ run: z.object({ fact_id: z.uuid(), run_id: z.string(), agent: z.string() }) });
const findingRow = z.object({
  run: z.object({ project: z.string().nullable() }),
  finding: z.object({ file: z.string(), line: z.int().min(1), rule: z.string() }),
});
const ruleRow = z.object({ rule: z.string() });
const agentRow = z.object({ agent: z.string() });

/** The run in a row of the Runs view. */
export const runArgument = (value: unknown) => runRow.safeParse(value).data?.run;

/** File, line, rule and project in a finding's row. */
export function findingArgument(value: unknown) {
  const row = findingRow.safeParse(value).data;
  return row === undefined ? undefined : { ...row.finding, project: row.run.project };
}

const findingDetails = z.object({
  finding: z.object({
    file: z.string(),
    line: z.int().min(1),
    tool: z.string(),
    rule: z.string(),
    severity: z.enum(severities),
    message: z.string(),
  }),
});

/** All fields of the finding in a finding's row. */
export const findingDetailsArgument = (value: unknown) => findingDetails.safeParse(value).data?.finding;

/** The rule in a rule's row or a finding's row. */
export const ruleArgument = (value: unknown): string | undefined =>
  ruleRow.safeParse(value).data?.rule ?? findingRow.safeParse(value).data?.finding.rule;

const targetRow = z.object({ target: z.object({ target: z.enum(targetNames), file: z.string(), state: z.string() }) });

/** The target in a row of the Rules view. */
export const targetArgument = (value: unknown) => targetRow.safeParse(value).data?.target;

/** The agent in a row of the Status view. */
export const agentArgument = (value: unknown): string | undefined => agentRow.safeParse(value).data?.agent;

const tab = z.object({ tab: z.enum(trendsTabs) });

/** The tab of the panel that a link opens. */
export const tabArgument = (value: unknown) => tab.safeParse(value).data;

const storeRow = z.object({ kind: z.enum(["message", "task", "feedback"]), row: z.object({ id: z.string().min(1) }) });
const group = z.object({ group: z.object({ section: z.enum(["inbox", "tasks", "feedback"]), state: z.string() }) });

/** The kind and id of a message, task or feedback row of the Agent view. */
export function agentRowArgument(value: unknown) {
  const parsed = storeRow.safeParse(value).data;
  return parsed === undefined ? undefined : { kind: parsed.kind, id: parsed.row.id };
}

const storedRow = z.object({ kind: z.literal("stored"), store: z.string(), key: z.array(z.string()).min(1) });

const sessionRow = z.object({ kind: z.literal("session"), session: z.object({ session_id: z.string().min(1) }) });

/** The store and key of any other row of the Agent view. */
export function storedRowArgument(value: unknown) {
  const session = sessionRow.safeParse(value).data?.session;
  return session === undefined ? storedRow.safeParse(value).data : { store: sessions.name, key: [session.session_id] };
}

/** The group of a "Load more" row of the Agent view. */
export const agentGroupArgument = (value: unknown) => group.safeParse(value).data?.group;

const evalRunRow = z.object({ run: z.object({ id: z.string().min(1), tier: z.string(), git_branch: z.string() }) });
const testKey = z.object({ tier: z.string(), suite: z.string(), name: z.string() });
const evalTestRow = z.union([z.object({ trend: testKey }), z.object({ test: testKey })]);
const evalMoreRow = z.object({
  of: z.discriminatedUnion("list", [
    z.object({ list: z.literal("runs") }),
    z.object({ list: z.literal("failed"), run: z.string() }),
    z.object({ list: z.literal("tests"), health: z.enum(healthStates) }),
  ]),
});

/** The id of an eval run's row. */
export const evalRunArgument = (value: unknown): string | undefined => evalRunRow.safeParse(value).data?.run.id;

/** The test in a row of the Evals view. */
export function evalTestArgument(value: unknown) {
  const row = evalTestRow.safeParse(value).data;
  return row === undefined ? undefined : "trend" in row ? row.trend : row.test;
}

/** The list of a "Load more" row of the Evals view. */
export const evalListArgument = (value: unknown) => evalMoreRow.safeParse(value).data?.of;

/** A file or folder, as the explorer's menus pass it. */
export const uriArgument = (value: unknown): vscode.Uri | undefined => (value instanceof vscode.Uri ? value : undefined);

/** Files or folders, passed as a list or as a single one. */
export const urisArgument = (value: unknown): readonly vscode.Uri[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => uriArgument(one) ?? []);

const exportChoice = z.object({
  format: z.enum(["json", "csv", "specfact"]),
  agent: z.string().optional(),
  /** Absolute path; if absent, the export is opened in an editor. */
  out: z.string().optional(),
  /** Whether an existing file is replaced. */
  force: z.boolean().optional(),
});

/** Format, agent and target of an export. */
export const exportArgument = (value: unknown) => exportChoice.safeParse(value).data;
