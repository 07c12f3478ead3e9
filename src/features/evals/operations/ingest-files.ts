import * as z from "zod";
import { cancelled } from "../../../kernel/errors.ts";
import { type ErrorView, toErrorView } from "../../../kernel/ledger-error.ts";
import { intakeBatch, projectField } from "../../shared/fields.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { defineOperation } from "../../shared/operation.ts";
import { looksLikeEval } from "../importers/eval-file.ts";
import { pushAll } from "./push.ts";
import type { ResultSource } from "./result-parts.ts";
import type { EvalTakeView } from "./views.ts";
import { warningsOf } from "./warnings.ts";

/** Maximum number of files read at once: they may be large. */
const batchSize = 32;

const toRejection = ({ message, code, hint }: ErrorView) => ({ error: message, code, hint });

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
    const counts = { recorded: 0, duplicates: 0 };
    const rejected: EvalTakeView["rejected"][number][] = [];
    const unread: EvalTakeView["unread"][number][] = [];
    const others: string[] = [];
    const warnings: EvalTakeView["warnings"][number][] = [];
    for (let from = 0; from < files.length; from += batchSize) {
      if (context.signal.aborted) throw cancelled(`${from} of ${files.length} files were read`);
      const chunk = files.slice(from, from + batchSize);
      const texts = await Promise.all(
        chunk.map(async (file) => ({ file, read: await attemptAsync(() => ports.files.content(file)) })),
      );
      const sources: ResultSource[] = [];
      for (const { file, read } of texts) {
        // It is not known whether a file that cannot be read is an eval result.
        if (!read.ok) unread.push({ file, ...toRejection(toErrorView(read.error)) });
        else if (looksLikeEval(read.value)) sources.push({ file, content: async () => read.value });
        else others.push(file);
      }
      const views = await pushAll(ports, sources, options, { ...context, onProgress: () => undefined });
      for (const warning of warningsOf(views)) warnings.push(warning);
      for (const view of views) {
        if (view.reason === "rejected") rejected.push({ file: view.file, ...toRejection(view.error) });
        else if (view.recorded) counts.recorded += 1;
        else counts.duplicates += 1;
      }
      context.onProgress({ done: from + chunk.length, total: files.length, message: "Recording eval runs" });
    }
    return { ...counts, rejected, warnings, unread, others };
  },
});
