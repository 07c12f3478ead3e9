import * as vscode from "vscode";
import * as z from "zod";
import { sessions } from "../../features/agent/model/sessions.ts";
import { healthStates } from "../../features/evals/model/health.ts";
import { severities } from "../../features/reviews/model/finding.ts";
import { targetNames } from "../../features/rules/model/targets.ts";
import { trendsTabs } from "../../protocol/trends-panel.ts";

/*
 * Arguments of commands: rows of the views, links and other extensions give them, so they are parsed. What does not fit counts as
 * not given, and the command asks the user instead.
 */

const runRow = z.object({ run: z.object({ fact_id: z.uuid(), run_id: z.string(), agent: z.string() }) });
const findingRow = z.object({
  run: z.object({ project: z.string().nullable() }),
  finding: z.object({ file: z.string(), line: z.int().min(1), rule: z.string() }),
});
const ruleRow = z.object({ rule: z.string() });
const agentRow = z.object({ agent: z.string() });

/** The run of a row of the Runs view. */
export const runArgument = (value: unknown) => runRow.safeParse(value).data?.run;

/** The place of a finding's row. */
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

/** All that a finding's row says of the finding. */
export const findingDetailsArgument = (value: unknown) => findingDetails.safeParse(value).data?.finding;

/** The rule of a rule's row or of a finding's. */
export const ruleArgument = (value: unknown): string | undefined =>
  ruleRow.safeParse(value).data?.rule ?? findingRow.safeParse(value).data?.finding.rule;

const targetRow = z.object({ target: z.object({ target: z.enum(targetNames), file: z.string(), state: z.string() }) });

/** The target of a row of the Rules view. */
export const targetArgument = (value: unknown) => targetRow.safeParse(value).data?.target;

/** The agent of a row of the Status view. */
export const agentArgument = (value: unknown): string | undefined => agentRow.safeParse(value).data?.agent;

const tab = z.object({ tab: z.enum(trendsTabs) });

/** The tab of the panel that a link leads to. */
export const tabArgument = (value: unknown) => tab.safeParse(value).data;

const storeRow = z.object({ kind: z.enum(["message", "task", "feedback"]), row: z.object({ id: z.string().min(1) }) });
const group = z.object({ group: z.object({ section: z.enum(["inbox", "tasks", "feedback"]), state: z.string() }) });

/** The store and id of a message's, task's or feedback's row in the Agent view. */
export function agentRowArgument(value: unknown) {
  const found = storeRow.safeParse(value).data;
  return found === undefined ? undefined : { kind: found.kind, id: found.row.id };
}

const storedRow = z.object({ kind: z.literal("stored"), store: z.string(), key: z.array(z.string()).min(1) });

const sessionRow = z.object({ kind: z.literal("session"), session: z.object({ session_id: z.string().min(1) }) });

/** The store and key of another row of the Agent view. */
export function storedRowArgument(value: unknown) {
  const session = sessionRow.safeParse(value).data?.session;
  return session === undefined ? storedRow.safeParse(value).data : { store: sessions.name, key: [session.session_id] };
}

/** The group of rows that a row of the Agent view asks more of. */
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

/** The test of a row of the Evals view. */
export function evalTestArgument(value: unknown) {
  const row = evalTestRow.safeParse(value).data;
  return row === undefined ? undefined : "trend" in row ? row.trend : row.test;
}

/** The list that a row of the Evals view asks more of. */
export const evalListArgument = (value: unknown) => evalMoreRow.safeParse(value).data?.of;

/** A file or folder, as menus of the explorer give it. */
export const uriArgument = (value: unknown): vscode.Uri | undefined => (value instanceof vscode.Uri ? value : undefined);

/** Several files or folders: a list of them, or one. */
export const urisArgument = (value: unknown): readonly vscode.Uri[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => uriArgument(one) ?? []);

const exportChoice = z.object({
  format: z.enum(["json", "csv", "specfact"]),
  agent: z.string().optional(),
  /** Absolute path; without one the export is opened in an editor. */
  out: z.string().optional(),
  /** Whether a file that exists is replaced. */
  force: z.boolean().optional(),
});

/** Format, agent and target of an export. */
export const exportArgument = (value: unknown) => exportChoice.safeParse(value).data;
