import * as z from "zod";
import { withoutMark } from "../../../kernel/byte-order-mark.ts";
import { commandsChanged, commandsNotApproved, usage } from "../../../kernel/errors.ts";
import type { GateOutside } from "../../../ports/gate.ts";
import type { Ports } from "../../../ports/ports.ts";
import { feedback as feedbackStore } from "../../agent/model/feedback.ts";
import { getRow, keyFor } from "../../agent/operations/rows.ts";
import { agentWhose } from "../../shared/fields.ts";
import type { CallContext } from "../../shared/operation.ts";
import { documentBlock, documentsOf } from "../../shared/project-documents.ts";
import {
  commandPasses,
  describingFiles,
  detectCommands,
  type GateCommands,
  isSame,
  type KnownCommand,
  knownCommands,
  type ProjectCommand,
  type ProjectSigns,
  tellingFiles,
  unapproved,
} from "../model/commands.ts";
import { parseDiff } from "../model/diff.ts";
import { type PassName, passNames } from "../model/pass-result.ts";
import type { GateContext, GateFeedback, Known } from "./pass.ts";

const text = z.string().trim().normalize("NFC").min(1);

/** The input of every pass. */
export const changeInput = z.object({
  base: text.optional().describe("Commit, branch or tag the change is compared with; default the branch it goes to"),
  title: text.optional().describe("Title of the pull request"),
  body: text.optional().describe("Description of the pull request"),
  body_file: text.optional().describe("File with the description of the pull request"),
  self_fix: z.boolean().optional().describe("The change is an agent's fix of feedback: also bind it to that feedback"),
  feedback: text.optional().describe("Id of the feedback that the change answers, or the start of it; needs --self-fix"),
  agent: agentWhose,
  yes: z.boolean().optional().describe("Approve the project's commands without a question"),
  timeout: z.int().min(1).max(86_400).default(600).describe("Seconds that a command may take"),
});
export type ChangeInput = z.output<typeof changeInput>;

/** The keys that an agent may give. Approving the commands that run is left to people. */
export const takenByAgents = { base: true, title: true, body: true, self_fix: true, feedback: true } as const;

async function signsOf({ surroundings }: Pick<Ports, "surroundings">, outside: GateOutside): Promise<ProjectSigns> {
  const texts = await Promise.all(
    describingFiles.map(async (file) => [file, await surroundings.projectFiles.text(file)] as const),
  );
  return {
    texts: Object.fromEntries(texts.flatMap(([file, text]) => (text === null ? [] : [[file, withoutMark(text)]]))),
    has: await outside.have(tellingFiles),
  };
}

/** Returns the commands that the gate knows for a project, each with its state. */
export async function commandsOf(ports: Pick<Ports, "surroundings">, outside: GateOutside): Promise<readonly KnownCommand[]> {
  return knownCommands(await outside.settings(), detectCommands(await signsOf(ports, outside)), await outside.approved());
}

const byPass = (known: readonly KnownCommand[]): GateCommands =>
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
export async function approve(
  outside: GateOutside,
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
  outside: GateOutside,
  shown: readonly ProjectCommand[],
  passes: readonly PassName[] = passNames,
): Promise<readonly KnownCommand[]> {
  const wanted = (await commandsOf(ports, outside)).filter(({ pass }) => passes.includes(pass));
  const unseen = unapproved(wanted).filter((one) => !shown.some((seen) => isSame(seen, one)));
  if (unseen.length > 0) throw commandsChanged(unseen.map(shownCommand));
  await approve(outside, wanted, passes);
  return wanted;
}

/** Returns the passes' commands once all are approved, earlier or by this call. @throws not_confirmed, changed_meanwhile */
export async function approvedCommands(
  ports: Pick<Ports, "surroundings">,
  outside: GateOutside,
  yes: boolean,
  { confirm }: Pick<CallContext, "confirm">,
  passes: readonly PassName[],
): Promise<GateCommands> {
  const known = (await commandsOf(ports, outside)).filter(({ pass }) => passes.includes(pass));
  const waiting = unapproved(known);
  if (waiting.length === 0) return byPass(known);
  const lines = waiting.map(shownCommand);
  const agreed =
    yes || (await confirm?.(`The gate would run, in this project:\n${lines.map((line) => `  ${line}`).join("\n")}\nApprove?`));
  if (agreed !== true) throw commandsNotApproved(lines);
  return byPass(await approveShown(ports, outside, waiting, passes));
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
  return unapproved(wanted).length > 0 ? null : byPass(wanted);
}

/** Gives access to the base commit of a change, in a separate tree. */
export const baseOf =
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

async function feedbackOf(ports: Pick<Ports, "ledger">, { self_fix, feedback }: ChangeInput): Promise<GateFeedback | null> {
  if (self_fix !== true) {
    if (feedback === undefined) return null;
    throw usage("Failed to run the gate: --feedback needs --self-fix", "Give both, or neither.");
  }
  if (feedback === undefined)
    throw usage("Failed to run the gate: --self-fix needs --feedback", "Name the feedback that the change answers.");
  const row = await getRow(ports, feedbackStore, await keyFor(ports, feedbackStore, feedback));
  return { id: row.id, text: row.body, fixClass: row.fix_class, regressionTest: row.regression_test_path?.trim() || null };
}

/** Resolves the change that passes judge and its texts; runs nothing of the project. @throws usage, not_found, unreadable_file */
export async function changeOf(ports: Ports, outside: GateOutside, input: ChangeInput, signal: AbortSignal) {
  if (input.body !== undefined && input.body_file !== undefined) {
    throw usage("Failed to run the gate: --body and --body-file were given", "Give one of them.");
  }
  const body = input.body_file === undefined ? (input.body ?? null) : await ports.files.text(input.body_file);
  const feedback = await feedbackOf(ports, input);
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
export async function contextOf(
  ports: Ports,
  input: ChangeInput,
  context: CallContext,
  passes: readonly PassName[] = passNames,
  known: Known | null = null,
): Promise<Readonly<{ branch: string | null; gate: GateContext }>> {
  const outside = await ports.gate(ports.surroundings.folder);
  const { branch, change } = await changeOf(ports, outside, input, context.signal);
  const commands = await approvedCommands(ports, outside, input.yes === true, context, passes);
  const documents = (await documentsOf(ports)).map(({ file, text }) => documentBlock(file, text));
  const { models: model } = ports;
  const inBase = baseOf(ports, change.base.commit);
  const timeoutMs = input.timeout * 1_000;
  const mergesAsIs = known?.mergesAsIs ?? change.mergesAsIs;
  return { branch, gate: { ...change, mergesAsIs, known, commands, timeoutMs, outside, inBase, documents, model } };
}
