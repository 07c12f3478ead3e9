import * as z from "zod";
import { stripBom } from "../../../kernel/byte-order-mark.ts";
import { commandsChanged, commandsNotApproved, usage } from "../../../kernel/errors.ts";
import type { GatePorts } from "../../../ports/gate.ts";
import type { Ports } from "../../../ports/ports.ts";
import { feedback as feedbackStore } from "../../agent/model/feedback.ts";
import { getRow, resolveKey } from "../../agent/operations/rows.ts";
import { agentField } from "../../shared/fields.ts";
import type { CallContext } from "../../shared/operation.ts";
import { documentBlock, readProjectDocuments } from "../../shared/project-documents.ts";
import {
  commandPasses,
  detectCommands,
  type GateCommands,
  isSameCommand,
  type KnownCommand,
  knownCommands,
  manifestFiles,
  markerFiles,
  type ProjectCommand,
  type ProjectMarkers,
  unapproved,
} from "../model/commands.ts";
import { parseDiff } from "../model/diff.ts";
import { type PassName, passNames } from "../model/pass-result.ts";
import type { GateContext, GateFeedback, KnownResults } from "./pass.ts";

const text = z.string().trim().normalize("NFC").min(1);

/** The input of every pass. */
export const changeInput = z.object({
  base: text.optional().describe("Commit, branch or tag the change is compared with; default the branch it goes to"),
  title: text.optional().describe("Title of the pull request"),
  body: text.optional().describe("Description of the pull request"),
  body_file: text.optional().describe("File with the description of the pull request"),
  self_fix: z.boolean().optional().describe("The change is an agent's fix of feedback: also bind it to that feedback"),
  feedback: text.optional().describe("Id of the feedback that the change answers, or the start of it; needs --self-fix"),
  agent: agentField,
  yes: z.boolean().optional().describe("Approve the project's commands without a question"),
  timeout: z.int().min(1).max(86_400).default(600).describe("Seconds that a command may take"),
});
export type ChangeInput = z.output<typeof changeInput>;

/** The keys that an agent may give. Approving the commands that run is left to people. */
export const agentInputs = { base: true, title: true, body: true, self_fix: true, feedback: true } as const;

async function readProjectMarkers({ surroundings }: Pick<Ports, "surroundings">, outside: GatePorts): Promise<ProjectMarkers> {
  const texts = await Promise.all(manifestFiles.map(async (file) => [file, await surroundings.projectFiles.text(file)] as const));
  return {
    texts: Object.fromEntries(texts.flatMap(([file, text]) => (text === null ? [] : [[file, stripBom(text)]]))),
    has: await outside.have(markerFiles),
  };
}

/** Returns the commands that the gate knows for a project, each with its state. */
export async function commandsOf(ports: Pick<Ports, "surroundings">, outside: GatePorts): Promise<readonly KnownCommand[]> {
  return knownCommands(
    await outside.settings(),
    detectCommands(await readProjectMarkers(ports, outside)),
    await outside.approved(),
  );
}

const groupByPass = (known: readonly KnownCommand[]): GateCommands =>
  Object.fromEntries(
    commandPasses.flatMap((pass) => {
      const own = known.filter((one) => one.pass === pass).map(({ command }) => command);
      return own.length === 0 ? [] : [[pass, own]];
    }),
  );

/** The text that shows a command, with the script that it runs if a file of the project defines one. */
export const shownCommand = ({ command, runs }: Pick<KnownCommand, "command" | "runs">): string =>
  runs === null ? command.join(" ") : `${command.join(" ")} (${runs.replaceAll("\n", "; ")})`;

/** Stores the approval of the passes' commands. Those that the user set need none; approvals of other passes are kept. */
export async function storeApproval(
  outside: GatePorts,
  known: readonly KnownCommand[],
  passes: readonly PassName[] = passNames,
): Promise<void> {
  const others = ((await outside.approved()) ?? []).filter(({ pass }) => !passes.includes(pass));
  const own = known.filter(({ state }) => state !== "set").map(({ pass, command, runs }) => ({ pass, command, runs }));
  await outside.approve([...others, ...own]);
}

/**
 * Approves commands exactly as they were shown, as the project's files may have changed since.
 * @param passes the passes that will run; approvals of others are kept
 * @returns their commands @throws changed_meanwhile if a command would run that was not shown
 */
export async function approveShown(
  ports: Pick<Ports, "surroundings">,
  outside: GatePorts,
  shown: readonly ProjectCommand[],
  passes: readonly PassName[] = passNames,
): Promise<readonly KnownCommand[]> {
  const current = (await commandsOf(ports, outside)).filter(({ pass }) => passes.includes(pass));
  const unseen = unapproved(current).filter((one) => !shown.some((seen) => isSameCommand(seen, one)));
  if (unseen.length > 0) throw commandsChanged(unseen.map(shownCommand));
  await storeApproval(outside, current, passes);
  return current;
}

/** Returns the passes' commands once all are approved, earlier or by this call. @throws not_confirmed, changed_meanwhile */
export async function approvedCommands(
  ports: Pick<Ports, "surroundings">,
  outside: GatePorts,
  yes: boolean,
  { confirm }: Pick<CallContext, "confirm">,
  passes: readonly PassName[],
): Promise<GateCommands> {
  const known = (await commandsOf(ports, outside)).filter(({ pass }) => passes.includes(pass));
  const pending = unapproved(known);
  if (pending.length === 0) return groupByPass(known);
  const lines = pending.map(shownCommand);
  const isApproved =
    yes || (await confirm?.(`The gate would run, in this project:\n${lines.map((line) => `  ${line}`).join("\n")}\nApprove?`));
  if (isApproved !== true) throw commandsNotApproved(lines);
  return groupByPass(await approveShown(ports, outside, pending, passes));
}

/** Returns the passes' commands in a tree of this program; null unless the user set each or approved it for their checkout. */
export async function commandsInTree(
  ports: Ports,
  folder: string,
  passes: readonly PassName[] = passNames,
): Promise<GateCommands | null> {
  const surroundings = ports.surroundingsOf(folder);
  const known = await commandsOf({ surroundings }, await ports.gate(folder, ports.surroundings.folder));
  const wanted = known.filter(({ pass }) => passes.includes(pass));
  return unapproved(wanted).length > 0 ? null : groupByPass(wanted);
}

/** Gives access to the base commit of a change, in a separate tree. */
export const openBaseTree =
  (ports: Ports, commit: string): GateContext["inBase"] =>
  async (signal, work) => {
    const trees = await ports.worktrees(ports.surroundings.folder);
    return trees.inTree("base", commit, signal, async ({ folder, bring, run, prepare }) => {
      const { have } = await ports.gate(folder, ports.surroundings.folder);
      const commands = await commandsInTree(ports, folder, ["functional"]);
      if (commands !== null) await prepare();
      return work({ bring, tests: commands === null ? null : { run, have, commands: commands.functional ?? [] } });
    });
  };

async function readFeedback(ports: Pick<Ports, "ledger">, { self_fix, feedback }: ChangeInput): Promise<GateFeedback | null> {
  if (self_fix !== true) {
    if (feedback === undefined) return null;
    throw usage("Failed to run the gate: --feedback needs --self-fix", "Give both, or neither.");
  }
  if (feedback === undefined)
    throw usage("Failed to run the gate: --self-fix needs --feedback", "Name the feedback that the change answers.");
  const row = await getRow(ports, feedbackStore, await resolveKey(ports, feedbackStore, feedback));
  return { id: row.id, text: row.body, fixClass: row.fix_class, regressionTest: row.regression_test_path?.trim() || null };
}

/** Resolves the change that passes judge and its texts; runs nothing of the project. @throws usage, not_found, unreadable_file */
export async function resolveChange(ports: Ports, outside: GatePorts, input: ChangeInput, signal: AbortSignal) {
  if (input.body !== undefined && input.body_file !== undefined) {
    throw usage("Failed to run the gate: --body and --body-file were given", "Give one of them.");
  }
  const body = input.body_file === undefined ? (input.body ?? null) : await ports.files.text(input.body_file);
  const feedback = await readFeedback(ports, input);
  const { top, base, lines, mergesAsIs } = await outside.change(input.base, signal);
  const diff = parseDiff(lines);
  if (diff.files.length === 0) {
    throw usage(
      `Failed to run the gate: nothing changed since ${base.name}`,
      "Change something, or name an earlier commit with --base.",
    );
  }
  const { branch, commit } = await ports.surroundings.git();
  const title = input.title ?? null;
  return { branch, change: { diff, base, mergesAsIs, head: commit, projectRoot: top, title, body, feedback } } as const;
}

/**
 * Resolves everything that passes need, and asks for approval of those commands that have none.
 * @param passes the passes that will run @param known results that need not be determined again
 * @throws not_confirmed, usage, not_found, unreadable_file
 */
export async function resolveContext(
  ports: Ports,
  input: ChangeInput,
  context: CallContext,
  passes: readonly PassName[] = passNames,
  known: KnownResults | null = null,
): Promise<Readonly<{ branch: string | null; gate: GateContext }>> {
  const outside = await ports.gate(ports.surroundings.folder);
  const { branch, change } = await resolveChange(ports, outside, input, context.signal);
  const commands = await approvedCommands(ports, outside, input.yes === true, context, passes);
  const documents = (await readProjectDocuments(ports)).map(({ file, text }) => documentBlock(file, text));
  const { models: model } = ports;
  const inBase = openBaseTree(ports, change.base.commit);
  const timeoutMs = input.timeout * 1_000;
  const mergesAsIs = known?.mergesAsIs ?? change.mergesAsIs;
  return { branch, gate: { ...change, mergesAsIs, known, commands, timeoutMs, outside, inBase, documents, model } };
}
