import * as z from "zod";
import { invalidInput } from "../../../kernel/errors.ts";
import { fillPrompt } from "../../../kernel/model-text.ts";
import type { Ports } from "../../../ports/ports.ts";
import { audit } from "../../agent/model/audit.ts";
import { addRow } from "../../agent/operations/rows.ts";
import { parseDiff } from "../../gate/model/diff.ts";
import { defineOperation } from "../../shared/operation.ts";
import { fenceChange, maxAnswerTokens } from "../../shared/shown-change.ts";
import { critiqueDocument } from "../documents/critique.ts";
import { changesFiles, groupRemarks, readCritique } from "../model/critique.ts";
import type { CritiqueView } from "./views.ts";

const notAsked = (reason: NonNullable<CritiqueView["not_asked"]>): CritiqueView => ({
  surfaced: [],
  logged: [],
  dropped: 0,
  not_asked: reason,
  model: null,
});

/** Returns the patch in a file, else the patch of the changes in the checkout. */
async function patchOf(ports: Ports, diff: string | undefined, base: string | undefined, signal: AbortSignal): Promise<string> {
  if (diff !== undefined) return ports.files.text(diff);
  const { lines } = await (await ports.gate(ports.surroundings.folder)).change(base, signal);
  return lines.join("\n");
}

/** Records the critique in the audit, so that remarks that are not shown can be read later. */
async function recordCritique(ports: Ports, files: readonly string[], view: CritiqueView, durationMs: number): Promise<void> {
  const { surfaced, logged, dropped, model } = view;
  await addRow(ports, audit, await ports.surroundings.project(), {
    occurred_at: ports.clock.now().toISOString(),
    tool_name: "critique",
    args_json: JSON.stringify({ files }),
    result_json: JSON.stringify({ model, surfaced, logged, dropped }),
    duration_ms: durationMs,
    loop_version: 1,
  });
}

export const critique = defineOperation({
  name: "critique",
  summary: "Have a model review a change while an agent works; only findings with high confidence are shown",
  input: z.object({
    diff: z.string().min(1).optional().describe("File with a patch; default what changed in the checkout"),
    base: z.string().trim().min(1).optional().describe("Commit, branch or tag the change is compared with"),
    after: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe("Tool that an agent has just used: ask only if critique.enabled is set and the tool may change files"),
  }),
  positional: ["diff"],
  effect: "write",
  idempotent: false,
  examples: [
    { run: "reward-ledger critique", does: "what changed since the branch left the one it goes to" },
    { run: "reward-ledger critique --after Edit", does: "from a hook, if critique.enabled is set" },
  ],
  document: critiqueDocument,
  async run(ports, { diff, base, after }, { signal }): Promise<CritiqueView> {
    if (after !== undefined && !(await ports.models.settings()).critique) return notAsked("off");
    if (after !== undefined && !changesFiles(after)) return notAsked("reads_only");
    const patch = await patchOf(ports, diff, base, signal);
    const files = parseDiff(patch.split(/\r?\n/)).files.map(({ path }) => path);
    if (files.length === 0) {
      // A git patch that only renames files or changes modes contains no lines of files.
      if (diff === undefined || patch.trim() === "" || /^diff --git /m.test(patch)) return notAsked("no_change");
      throw invalidInput(diff, ["it is no patch that names changed files; make one with `git diff` or `diff -u`"]);
    }
    const started = performance.now();
    const { system, prompt } = fillPrompt(await ports.models.prompt("critique"), { diff: fenceChange(patch) });
    const call = { system: [{ text: system, cache: true }], prompt, maxTokens: maxAnswerTokens };
    const { text, model } = await ports.models.complete(call, signal);
    const view = { ...groupRemarks(readCritique(text)), not_asked: null, model };
    for (const { confidence, description } of view.logged) ports.logger.info(`critique, ${confidence}% sure: ${description}`);
    await recordCritique(ports, files, view, Math.round(performance.now() - started));
    return view;
  },
});
