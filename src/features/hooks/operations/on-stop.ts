import * as z from "zod";
import { counted } from "../../../kernel/counted.ts";
import { notConfirmed, usage } from "../../../kernel/errors.ts";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { ProgramOutcome, StopReviews } from "../../../ports/stop-reviews.ts";
import { readOutputs } from "../../reviews/importers/tools/read-outputs.ts";
import { review } from "../../reviews/operations/review.ts";
import { agentWhose } from "../../shared/fields.ts";
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
  agent: agentWhose,
});
type Given = z.output<typeof input>;

const actionOf = ({ command, remove, run }: Given): OnStopView["action"] =>
  command.length > 0 ? "approve" : remove ? "remove" : run ? "run" : "show";

/** Returns an identifier of the state of the code, null if git does not provide it, and whether there is something to review. */
async function codeOf({ surroundings }: Ports, signal: AbortSignal): Promise<Readonly<{ state: string | null; isNew: boolean }>> {
  const { commit } = await surroundings.git();
  if (commit === null) return { state: null, isNew: true };
  const asked = await surroundings.changes({}, signal);
  const changes = asked ?? (await surroundings.changes({ base: commit }, signal));
  const state = changes === null ? null : `${commit} ${changes.fingerprint}`;
  return { state, isNew: asked === null || asked.files.size > 0 };
}

type Outputs = Readonly<{ texts: ReadonlyMap<string, string>; problems: readonly string[] }>;

/** Returns why a program's output is not reviewed; null if it is, or if the program wrote nothing and succeeded. */
function problemOf(outcome: ProgramOutcome, words: string): string | null {
  if ("reason" in outcome) return `${words}: ${outcome.reason}`;
  if (outcome.output.trim() === "") {
    return outcome.code === 0 ? null : `${words}: it wrote nothing and ended with exit code ${outcome.code}`;
  }
  try {
    readOutputs(outcome.output, words);
    return null;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return error.message;
  }
}

/** Returns the outputs of the commands, by command line, and why others have no readable output. */
async function outputsOf(
  stop: StopReviews,
  commands: readonly StopCommand[],
  { signal, onProgress }: CallContext,
): Promise<Outputs> {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  for (const [done, { command, program, state }] of commands.entries()) {
    const words = command.join(" ");
    onProgress({ done, total: commands.length, message: words });
    if (program === null) {
      problems.push(
        state === "changed" ? `${words}: its program changed since it was approved` : `${words}: there is no such program`,
      );
      continue;
    }
    const outcome = await stop.run(program, command.slice(1), signal);
    const problem = problemOf(outcome, words);
    if (problem !== null) problems.push(problem);
    else if ("output" in outcome && outcome.output.trim() !== "") texts.set(words, outcome.output);
  }
  return { texts, problems };
}

/** Runs the commands and records what they find; the same commands do not review the same code twice. */
async function reviewed(ports: Ports, stop: StopReviews, given: Given, context: CallContext): Promise<LastReview> {
  const { state: code, isNew } = await codeOf(ports, context.signal);
  const known = await stop.commands();
  const commands = known.map(({ command }) => command);
  const last = await stop.last();
  const isSame = last?.code === code && JSON.stringify(last.commands) === JSON.stringify(commands);
  if (last?.ok && code !== null && isSame) return last;
  const note = (ok: boolean, detail: string): LastReview => ({
    at: ports.clock.now().toISOString(),
    ok,
    detail,
    code,
    commands,
  });
  if (!isNew) return note(true, "nothing changed");
  const { texts, problems } = await outputsOf(stop, known, context);
  if (texts.size === 0) return problems.length > 0 ? note(false, problems.join("; ")) : note(true, "nothing was found");
  const files: Ports["files"] = { ...ports.files, content: async (path) => texts.get(path) ?? ports.files.content(path) };
  try {
    const asked = { files: [...texts.keys()], ...(given.agent !== undefined && { agent: given.agent }) };
    const { recorded, score, findings } = await review.call({ ...ports, files }, asked, context);
    const said = recorded ? `recorded: score ${score}, ${counted(findings.length, "finding")}` : "recorded before";
    return note(problems.length === 0, [said, ...problems].join("; "));
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof LedgerError)) throw error;
    return note(false, [error.message, ...problems].join("; "));
  }
}

async function approve(stop: StopReviews, { command, yes }: Given, { confirm }: CallContext): Promise<void> {
  const question = `Run this whenever an agent stops in ${stop.folder}?\n\n  ${command.map((word) => JSON.stringify(word)).join(" ")}\n\nIt runs with your rights.`;
  if (!yes && confirm === undefined) throw notConfirmed("approve the command", "Repeat with --yes.");
  if (!yes && (await confirm?.(question)) !== true) throw notConfirmed("approve the command", "Nothing will be run.");
  await stop.approve(command);
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
  async run(ports, given, context): Promise<OnStopView> {
    const action = actionOf(given);
    if ([given.command.length > 0, given.remove, given.run].filter(Boolean).length > 1) {
      throw usage("Failed to change on-stop: a command, --remove and --run exclude each other", "Give only one of them.");
    }
    const stop = await ports.stopReviews(ports.surroundings.folder);
    if (action === "approve") await approve(stop, given, context);
    const removed = action === "remove" ? await stop.forget() : 0;
    if (action === "run") await stop.alone(async () => stop.noteLast(await reviewed(ports, stop, given, context)));
    return {
      action,
      folder: stop.folder,
      commands: (await stop.commands()).map(({ command, from, state }) => ({ command, from, state })),
      removed,
      last: await stop.last(),
    };
  },
});
