import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { type PushOptions, pushAll } from "../../evals/operations/push.ts";
import { summarizePush } from "../../evals/operations/push-summary.ts";
import { review } from "../../reviews/operations/review.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import type { CallContext } from "../../shared/operation.ts";
import type { ImportView } from "./views.ts";

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
  const files = sources.map(({ path, content }) => ({ file: path, content }));
  const views = await pushAll(ports, files, told, context);
  const namedPaths = new Set(sources.flatMap(({ path, named }) => (named ? [path] : [])));
  const isNamed = ({ file, parts = [file] }: (typeof views)[number]): boolean => parts.some((part) => namedPaths.has(part));
  const named = new Set(views.filter(isNamed).map(({ file }) => file));
  const summary = summarizePush(views);
  return { ...summary, rejected: summary.rejected.map((one) => ({ ...one, named: named.has(one.file) })) };
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
