import * as z from "zod";
import { counted } from "../../../kernel/counted.ts";
import { notConfirmed, usage } from "../../../kernel/errors.ts";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { ProgramOutcome, StopReviews } from "../../../ports/stop-reviews.ts";
import { readOutputs } from "../../reviews/importers/tools/read-outputs.ts";
import { review } from "../../reviews/operations/review.ts";
import { agentField } from "../../shared/fields.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { onStopDocument } from "../documents/on-stop.ts";
import type { LastReview, StopCommand } from "../model/stop-commands.ts";
import type { OnStopView } from "./views.ts";

const input = z.object({
  command: z
    .array(z.string().min(1))
    .default([])
    .describe("Program and arguments to approve for this project, after --; no shell reads them"),
  remove: z.boolean().default(false).describe("Remove all approvals of this project"),
  run: z.boolean().default(false).describe("Run the commands now and record what they find"),
  yes: z.boolean().default(false).describe("Approve without asking"),
  agent: agentField,
});
type OnStopInput = z.output<typeof input>;

const actionFor = ({ command, remove, run }: OnStopInput): OnStopView["action"] =>
  command.length > 0 ? "approve" : remove ? "remove" : run ? "run" : "show";

/** Returns an identifier of the state of the code, null if git does not provide it, and whether there is something to review. */
async function readCodeState(
  { surroundings }: Ports,
  signal: AbortSignal,
): Promise<Readonly<{ state: string | null; isNew: boolean }>> {
  const { commit } = await surroundings.git();
  if (commit === null) return { state: null, isNew: true };
  const defaultChanges = await surroundings.changes({}, signal);
  const changes = defaultChanges ?? (await surroundings.changes({ base: commit }, signal));
  const state = changes === null ? null : `${commit} ${changes.fingerprint}`;
  return { state, isNew: defaultChanges === null || defaultChanges.files.size > 0 };
}

type CommandOutputs = Readonly<{ texts: ReadonlyMap<string, string>; problems: readonly string[] }>;

/** Returns why a program's output is not reviewed; null if it is, or if the program wrote nothing and succeeded. */
function problemOf(outcome: ProgramOutcome, commandLine: string): string | null {
  if ("reason" in outcome) return `${commandLine}: ${outcome.reason}`;
  if (outcome.output.trim() === "") {
    return outcome.code === 0 ? null : `${commandLine}: it wrote nothing and ended with exit code ${outcome.code}`;
  }
  try {
    readOutputs(outcome.output, commandLine);
    return null;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return error.message;
  }
}

/** Returns the outputs of the commands, by command line, and why others have no readable output. */
async function runCommands(
  stopReviews: StopReviews,
  commands: readonly StopCommand[],
  { signal, onProgress }: CallContext,
): Promise<CommandOutputs> {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  for (const [done, { command, program, state }] of commands.entries()) {
    const commandLine = command.join(" ");
    onProgress({ done, total: commands.length, message: commandLine });
    if (program === null) {
      problems.push(
        state === "changed"
          ? `${commandLine}: its program changed since it was approved`
          : `${commandLine}: there is no such program`,
      );
      continue;
    }
    const outcome = await stopReviews.run(program, command.slice(1), signal);
    const problem = problemOf(outcome, commandLine);
    if (problem !== null) problems.push(problem);
    else if ("output" in outcome && outcome.output.trim() !== "") texts.set(commandLine, outcome.output);
  }
  return { texts, problems };
}

/** Runs the commands and records what they find; the same commands do not review the same code twice. */
async function runReview(
  ports: Ports,
  stopReviews: StopReviews,
  options: OnStopInput,
  context: CallContext,
): Promise<LastReview> {
  const { state: code, isNew } = await readCodeState(ports, context.signal);
  const stopCommands = await stopReviews.commands();
  const commands = stopCommands.map(({ command }) => command);
  const last = await stopReviews.last();
  const isSame = last?.code === code && JSON.stringify(last.commands) === JSON.stringify(commands);
  if (last?.ok && code !== null && isSame) return last;
  const toLastReview = (ok: boolean, detail: string): LastReview => ({
    at: ports.clock.now().toISOString(),
    ok,
    detail,
    code,
    commands,
  });
  if (!isNew) return toLastReview(true, "nothing changed");
  const { texts, problems } = await runCommands(stopReviews, stopCommands, context);
  if (texts.size === 0)
    return problems.length > 0 ? toLastReview(false, problems.join("; ")) : toLastReview(true, "nothing was found");
  const files: Ports["files"] = { ...ports.files, content: async (path) => texts.get(path) ?? ports.files.content(path) };
  try {
    const request = { files: [...texts.keys()], ...(options.agent !== undefined && { agent: options.agent }) };
    const { recorded, score, findings } = await review.call({ ...ports, files }, request, context);
    const outcome = recorded ? `recorded: score ${score}, ${counted(findings.length, "finding")}` : "recorded before";
    return toLastReview(problems.length === 0, [outcome, ...problems].join("; "));
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof LedgerError)) throw error;
    return toLastReview(false, [error.message, ...problems].join("; "));
  }
}

async function approve(stopReviews: StopReviews, { command, yes }: OnStopInput, { confirm }: CallContext): Promise<void> {
  const question = `Run this whenever an agent stops in ${stopReviews.folder}?\n\n  ${command.map((word) => JSON.stringify(word)).join(" ")}\n\nIt runs with your rights.`;
  if (!yes && confirm === undefined) throw notConfirmed("approve the command", "Repeat with --yes.");
  if (!yes && (await confirm?.(question)) !== true) throw notConfirmed("approve the command", "Nothing will be run.");
  await stopReviews.approve(command);
}

export const onStop = defineOperation({
  name: "on-stop",
  summary: "Review what an agent did when it stops, with commands that you approve for this project",
  input,
  positional: ["command"],
  effect: "write",
  failed: ({ action, last }: OnStopView) => action === "run" && last?.ok === false,
  examples: [
    { run: "reward-ledger on-stop -- npx eslint . -f json", does: "approve a command for this project" },
    { run: "reward-ledger on-stop", does: "what runs, and what the latest review came to" },
    { run: "reward-ledger on-stop --remove", does: "turn it off again" },
  ],
  document: onStopDocument,
  async run(ports, options, context): Promise<OnStopView> {
    const action = actionFor(options);
    if ([options.command.length > 0, options.remove, options.run].filter(Boolean).length > 1) {
      throw usage("Failed to change on-stop: a command, --remove and --run exclude each other", "Give only one of them.");
    }
    const stopReviews = await ports.stopReviews(ports.surroundings.folder);
    if (action === "approve") await approve(stopReviews, options, context);
    const removed = action === "remove" ? await stopReviews.forget() : 0;
    if (action === "run")
      await stopReviews.alone(async () => stopReviews.noteLast(await runReview(ports, stopReviews, options, context)));
    return {
      action,
      folder: stopReviews.folder,
      commands: (await stopReviews.commands()).map(({ command, from, state }) => ({ command, from, state })),
      removed,
      last: await stopReviews.last(),
    };
  },
});
