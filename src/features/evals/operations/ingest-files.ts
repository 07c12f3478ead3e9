import * as z from "zod";
import { cancelled } from "../../../kernel/errors.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import { intakeBatch, projectField } from "../../shared/fields.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { defineOperation } from "../../shared/operation.ts";
import { looksLikeEval } from "../importers/eval-file.ts";
import { pushAll } from "./push.ts";
import { summarizePush, toRejection } from "./push-summary.ts";
import { type FileSource, groupByRun } from "./result-parts.ts";
import type { EvalPushView, EvalTakeView } from "./views.ts";

/** Maximum number of runs whose files are read at once: they may be large. */
const batchSize = 32;

/**
 * Records files that were found by their names: an eval result is recorded, a file that is meant to be one but is invalid is
 * rejected, and all other files are only listed.
 */
export const evalTake = defineOperation({
  name: "eval take",
  summary: "Record the eval results among found files",
  input: z.object({
    files: z.array(z.string().min(1)).describe("Files that may be eval results"),
    project: projectField,
    intake_batch: intakeBatch,
  }),
  effect: "write",
  async run(ports, { files, project, intake_batch: batch }, context): Promise<EvalTakeView> {
    const options = { project: project ?? (await ports.surroundings.project()), label: undefined, batch };
    const views: EvalPushView[] = [];
    const unread: EvalTakeView["unread"][number][] = [];
    const others: string[] = [];
    const groups = groupByRun(files.map((file) => ({ file })));
    for (let from = 0; from < groups.length; from += batchSize) {
      if (context.signal.aborted) throw cancelled(`${from} of ${groups.length} runs were read`);
      const chunk = groups.slice(from, from + batchSize);
      const texts = await Promise.all(
        chunk.flat().map(async ({ file }) => ({ file, read: await attemptAsync(() => ports.files.content(file)) })),
      );
      const sources: FileSource[] = [];
      for (const { file, read } of texts) {
        // It is not known whether a file that cannot be read is an eval result.
        if (!read.ok) unread.push(toRejection(file, toErrorView(read.error)));
        else if (looksLikeEval(read.value)) sources.push({ file, content: async () => read.value });
        else others.push(file);
      }
      views.push(...(await pushAll(ports, sources, options, { ...context, onProgress: () => undefined })));
      context.onProgress({ done: from + chunk.length, total: groups.length, message: "Recording eval runs" });
    }
    const { recorded, duplicates, warnings } = summarizePush(views);
    // The caller knows files, not runs.
    const rejected = views.flatMap((view) =>
      view.reason === "rejected" ? (view.parts ?? [view.file]).map((file) => toRejection(file, view.error)) : [],
    );
    return { recorded, duplicates, rejected, warnings, unread, others };
  },
});
