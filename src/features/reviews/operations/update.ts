import * as z from "zod";
import type { Ports } from "../../../ports/ports.ts";
import { intakeBatch } from "../../shared/fields.ts";
import { readSource } from "../../shared/input/input-source.ts";
import { readReport } from "../../shared/input/run-files.ts";
import { defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { updateDocument } from "../documents/update.ts";
import { draftOf, parseReview } from "../importers/review.ts";
import { recordRun, resolveRunContext, runKeys } from "./record-run.ts";
import { runShape, scoreShape } from "./tool-shapes.ts";
import type { UpdateView } from "./views.ts";

const input = z.object({
  from: z.string().min(1).optional().describe("File with the review report; default standard input"),
  text: z.string().optional().describe("The review report as JSON text, or a path to a file that holds it"),
  ...runKeys,
  changed_file: z
    .array(z.string().min(1))
    .default([])
    .describe("A file of the reviewed change; repeat for each. Default: the files of the findings"),
  intake_batch: intakeBatch,
});

export const update = defineOperation({
  name: "update",
  summary: "Record a review report",
  input,
  stdin: {
    key: "text",
    wanted: ({ from }) => from === undefined,
    hint: "Pipe a report into it (`specfact code review run --json | reward-ledger update`), or name a file with --from.",
  },
  effect: "write",
  examples: [
    { run: "specfact code review run --json | reward-ledger update", does: "record what a tool just wrote" },
    { run: "reward-ledger update --from review-report.json --agent codex", does: "record a file for another agent" },
    { run: "reward-ledger update --issue 42 --changed-file src/a.ts < report.json", does: "name the issue and files of the run" },
  ],
  document: updateDocument,
  tool: {
    about: "Record a review report; a run_id is recorded once",
    takes: {
      text: "The report as JSON text: run_id, timestamp, score, findings (category, severity, tool, rule, file, line, message), summary",
      from: "File of the report in the workspace, in place of text",
      agent: true,
      project: true,
      issue: true,
      changed_file: "Files of the reviewed change",
    },
    output: z.object({
      recorded: z.boolean(),
      reason: toolName().nullable(),
      run: runShape,
      status: scoreShape.pick({ coins: true, streak_pass: true, streak_block: true, runs: true }),
      warnings: z.array(toolText()),
    }),
  },
  async run(ports: Ports, options, { signal, textName }): Promise<UpdateView> {
    const { clock, files, surroundings } = ports;
    const source = await readSource(files, "the review report", options, textName);
    const review = parseReview(readReport(source.text, source.target), source.target, clock.now());
    const context = await resolveRunContext(surroundings, options);
    const view = await recordRun(ports, draftOf(review, context), signal);
    return { ...view, warnings: [...review.warnings, ...view.warnings] };
  },
});
