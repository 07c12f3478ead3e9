import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { type PushOptions, pushAll } from "../../evals/operations/push.ts";
import { warningsOf } from "../../evals/operations/warnings.ts";
import { review } from "../../reviews/operations/review.ts";
import type { ImportView } from "../../reviews/operations/views.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import type { CallContext } from "../../shared/operation.ts";

/** A file to import. `named`: its path was given explicitly, not found in a folder. */
export type Source = Readonly<{ path: string; named: boolean }>;
export type EvalSource = Source & Readonly<{ content(): Promise<string | Uint8Array> }>;
export type Rejected = ImportView["rejected"][number];

export const toRejection = (file: string, named: boolean, error: Error): Rejected => {
  const { message, code, hint } = toErrorView(error);
  return { file, error: message, code, hint, named };
};

/** Records the eval runs among the files. Each file is read again, a few at a time, because together they may be large. */
export async function importEvals(ports: Ports, sources: readonly EvalSource[], told: PushOptions, context: CallContext) {
  const namedByPath = new Map(sources.map((source) => [source.path, source.named]));
  const files = sources.map(({ path, content }) => ({ file: path, content }));
  const views = sources.length === 0 ? [] : await pushAll(ports, files, told, context);
  return {
    recorded: views.filter(({ recorded }) => recorded).length,
    warnings: warningsOf(views),
    duplicates: views.filter(({ reason }) => reason === "duplicate").length,
    rejected: views.flatMap((view): readonly Rejected[] =>
      view.reason === "rejected"
        ? [
            {
              file: view.file,
              error: view.error.message,
              code: view.error.code,
              hint: view.error.hint,
              named: namedByPath.get(view.file) ?? false,
            },
          ]
        : [],
    ),
  };
}

type ReviewOptions = Readonly<{
  agent?: string | undefined;
  project?: string | undefined;
  house_rules_version?: number | undefined;
  intake_batch?: string | undefined;
}>;

type ReviewResult = Pick<ImportView, "recorded" | "duplicates" | "rejected" | "warnings" | "skipped_files">;

/** Records the tool outputs among the files as one review of what is new in the current code. */
export async function importOutputs(
  ports: Ports,
  sources: readonly Source[],
  options: ReviewOptions,
  context: CallContext,
): Promise<ReviewResult> {
  const emptyResult: ReviewResult = { recorded: 0, duplicates: 0, rejected: [], warnings: [], skipped_files: [] };
  if (sources.length === 0) return emptyResult;
  const { agent, project, house_rules_version, intake_batch } = options;
  const input = { files: sources.map(({ path }) => path), agent, project, house_rules_version, intake_batch };
  const result = await attemptAsync(() => review.call(ports, input, context));
  if (!result.ok) {
    const { error } = result;
    return {
      ...emptyResult,
      rejected: sources.flatMap(({ path, named }) => (named ? [toRejection(path, named, error)] : [])),
      skipped_files: sources.flatMap(({ path, named }) => (named ? [] : [{ file: path, reason: error.message }])),
    };
  }
  const { recorded, outputs, warnings } = result.value;
  const file = outputs.map((one) => one.file).join(", ");
  return {
    ...emptyResult,
    recorded: recorded ? 1 : 0,
    duplicates: recorded ? 0 : 1,
    warnings: [
      ...warnings.map((message) => ({ file, message })),
      ...outputs.flatMap((one) =>
        one.skipped.map(({ place, reason }) => ({ file: one.file, message: `${place}: ${reason}; not recorded` })),
      ),
    ],
  };
}
