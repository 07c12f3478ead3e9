import * as z from "zod";
import { compareNames } from "../../../kernel/compare-names.ts";
import { allMissing, allOutside, invalidInput, noToolRan, nothingChanged, nothingStaged } from "../../../kernel/errors.ts";
import type { LedgerError } from "../../../kernel/ledger-error.ts";
import { unreadableWarning, zipRefusal } from "../../../kernel/unreadable-text.ts";
import type { ChangedCode, Ports } from "../../../ports/ports.ts";
import { intakeBatch } from "../../shared/fields.ts";
import { standardInput, standardInputName } from "../../shared/input/standard-input.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { coinsOf } from "../../shared/units.ts";
import { reviewDocument } from "../documents/review.ts";
import { draftOf, parseReview } from "../importers/review.ts";
import { type AssembledFindings, assemble } from "../importers/tools/assemble.ts";
import { emptyListError } from "../importers/tools/detect-format.ts";
import { readOutputs, type TaskOutput } from "../importers/tools/read-outputs.ts";
import { runIdOf } from "../importers/tools/run-id.ts";
import type { Finding } from "../model/finding.ts";
import { neutralSummary } from "../model/neutral-summary.ts";
import { maxExisting } from "../model/review-recorded.ts";
import { type BonusName, earnedBonuses, scoreOf } from "../model/score.ts";
import { isNoise } from "../model/severity-filter.ts";
import { isNewLine, toStagedLine } from "./changed-lines.ts";
import { deductionsOf } from "./deductions.ts";
import { recordRun, resolveRunContext, runKeys } from "./record-run.ts";
import { findingView } from "./to-views.ts";
import type { ReviewView } from "./views.ts";

const input = z.object({
  files: z.array(z.string().min(1)).default([]).describe("Files that tools wrote; default, and -, standard input"),
  text: z.string().optional().describe("What a tool wrote, as text"),
  format: z
    .string()
    .default("auto")
    .describe("Format of the files, as docs/formats.md lists them; default: detected from their content"),
  base: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe(
      "Commit to compare with: only findings on lines added or changed since count; default where this branch left its upstream or default branch",
    ),
  staged: z
    .boolean()
    .default(false)
    .describe("Count only findings in staged changes, at the lines that the commit will have, as in a hook before a commit"),
  all: z.boolean().default(false).describe("Count the findings of all code, not only of new code"),
  changed_only: z.boolean().default(false).describe("Leave out findings in files that did not change since the base"),
  include_noise: z.boolean().default(false).describe("Keep findings that are noise by default"),
  dry_run: z.boolean().default(false).describe("Show what would be recorded, and record nothing"),
  run_id: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("Id of the run; default one that the same result of the same code has again"),
  ...runKeys,
  intake_batch: intakeBatch,
});
type ReviewOptions = z.output<typeof input>;

/** Several tools write this when they found nothing, so it does not show which tool ran. */
const emptyListText = /^\s*\[\s*\]\s*$/;

/** `file`: name of the file, followed by that of the task if the file holds the outputs of several. */
type NamedOutput = Readonly<{ file: string }> & TaskOutput;

/**
 * `ordered`: in an order that does not depend on that of the names, so that the same outputs give the same run; `unknown`: tasks
 * in them whose output no known tool wrote; `unread`: warnings about characters that could not be read as text.
 */
type Outputs = Readonly<{
  outputs: readonly NamedOutput[];
  ordered: readonly NamedOutput[];
  empty: readonly string[];
  unknown: readonly string[];
  unread: readonly string[];
}>;

/** @throws invalid_input for an archive, and if nothing was given */
function textOf(content: Awaited<ReturnType<Ports["files"]["content"]>> | undefined, target: string): string {
  if (typeof content === "object") throw invalidInput(target, [zipRefusal]);
  if (content === undefined)
    throw invalidInput("the findings", ["nothing was given; name a file, or pipe in what a tool writes"]);
  return content;
}

/** Reads each output; outputs with the same text are read once. */
async function readAll({ files }: Ports, options: ReviewOptions, { onProgress }: CallContext): Promise<Outputs> {
  const formatId = options.format === "auto" ? undefined : options.format;
  const names = options.files.length === 0 ? [standardInput] : [...new Set(options.files)];
  const outputs: NamedOutput[] = [];
  const texts = new Set<string>();
  const empty: string[] = [];
  const unknown: string[] = [];
  const unread: string[] = [];
  for (const [done, name] of names.entries()) {
    const target = name === standardInput ? standardInputName : name;
    onProgress({ done, total: names.length, message: `Reading ${target}` });
    const text = textOf(name === standardInput ? options.text : await files.content(name), target);
    if (texts.has(text)) continue;
    if (formatId === undefined && names.length > 1 && emptyListText.test(text)) {
      empty.push(target);
      continue;
    }
    if (names.length > 1) texts.add(text);
    const result = readOutputs(text, target, formatId);
    const warning = unreadableWarning(text);
    outputs.push(...result.outputs.map((one) => ({ ...one, file: one.task === null ? target : `${target} (${one.task})` })));
    unknown.push(...result.unknown);
    if (warning !== null) unread.push(`${target}: ${warning}.`);
  }
  const [first] = empty;
  if (outputs.length === 0 && first !== undefined) throw emptyListError(first);
  return { outputs, ordered: outputs.toSorted((a, b) => compareNames(a.key, b.key)), empty, unknown, unread };
}

/** Returns what changed, if only new code counts; null if all code counts. */
async function changesFor(
  ports: Ports,
  options: ReviewOptions,
  isHere: boolean,
  signal: AbortSignal,
): Promise<ChangedCode | null> {
  const { base, staged, files, all } = options;
  if (staged && (all || base !== undefined)) {
    throw invalidInput("--staged", ["it compares with the commit that is checked out, so neither --base nor --all goes with it"]);
  }
  if (!staged && (all || !isHere)) return null;
  const changes = await ports.surroundings.changes({ base, staged, except: files }, signal);
  if (changes?.files.size === 0) throw staged ? nothingStaged() : nothingChanged(changes.base?.name ?? "the base");
  return changes;
}

/** Identifies the state of the code, including uncommitted changes; if there is nothing to compare with, by the day. */
async function fingerprintOf(
  ports: Ports,
  options: ReviewOptions,
  commit: string | null,
  changes: ChangedCode | null,
  signal: AbortSignal,
) {
  const { surroundings, calendar, clock } = ports;
  if (changes !== null) return changes.fingerprint;
  if (commit === null) return calendar.dayOf(clock.now().getTime());
  return (await surroundings.changes({ base: commit, except: options.files }, signal))?.fingerprint ?? "";
}

/**
 * Returns the earned bonuses. A bonus for the absence of certain findings requires that the tool that reports them ran: the
 * output of another tool does not show their absence.
 */
function bonusesOf(findings: readonly Finding[], outputs: readonly NamedOutput[]): readonly BonusName[] {
  const ran = new Set([...toolsOf(outputs), ...outputs.map(({ format }) => format.id)]);
  const shownBy: Partial<Record<BonusName, string>> = {
    all_apis_have_icontract: "contract_runner",
    zero_complexity_violations: "radon",
    zero_loc_violations: "ruff",
  };
  return earnedBonuses(findings, {}).filter((name) => ran.has(shownBy[name] ?? ""));
}

const toolsOf = (outputs: readonly NamedOutput[]): readonly string[] =>
  [...new Set(outputs.flatMap(({ findings, tools = [] }) => [...tools, ...findings.map(({ tool }) => tool)]))].sort();

const outputView = (output: NamedOutput): ReviewView["outputs"][number] => ({
  file: output.file,
  format: output.format.id,
  tools: toolsOf([output]),
  findings: output.findings.length,
  suppressed: output.suppressed,
  skipped: output.skipped,
});

/** Assembles the findings in the project, without those in unchanged files if `changed_only` is set. */
async function assembleFindings(
  ports: Ports,
  options: ReviewOptions,
  outputs: readonly NamedOutput[],
  changes: ChangedCode | null,
) {
  const toolPaths = new Set(outputs.flatMap(({ findings }) => findings.flatMap(({ path }) => (path === null ? [] : [path]))));
  const { paths, moved } = await ports.surroundings.pathsOf([...toolPaths]);
  const unchanged =
    changes === null ? [] : [...paths.values()].flatMap((file) => (file === null || changes.files.has(file) ? [] : [file]));
  const missing = await ports.surroundings.missing(unchanged);
  const code = assemble(
    outputs.map(({ findings }) => findings),
    {
      pathOf: (path) => paths.get(path) ?? null,
      lineOf: (file, line) => toStagedLine(changes?.unstaged.get(file), line),
      isNew: (file, line) => changes === null || isNewLine(changes.files.get(file), line),
      isThere: (file) => !missing.has(file),
    },
  );
  const found = outputs.reduce((sum, { findings }) => sum + findings.length, 0);
  const [example] = code.outside;
  if (example !== undefined && code.outside.length === found) {
    throw allOutside(found, example, ports.surroundings.folder);
  }
  const [missingPath] = code.missing;
  if (missingPath !== undefined && code.missing.length === found) throw allMissing(found, missingPath, ports.surroundings.folder);
  const kept =
    options.changed_only && changes !== null ? code.existing.filter(({ file }) => changes.files.has(file)) : code.existing;
  return { ...code, existing: kept, moved };
}

function warningsOf(
  { outside, missing, repeated, apart, moved }: AssembledFindings & Readonly<{ moved: string | null }>,
  noise: number,
): readonly string[] {
  const [example] = outside;
  return [
    ...(moved === null ? [] : [`The tools call the project ${moved}; its files were found here.`]),
    ...(example === undefined
      ? []
      : [`Findings outside of the project do not count: ${outside.length}, the first in ${example}.`]),
    ...(missing[0] === undefined
      ? []
      : [`Findings in files that are not in the project were left out: ${missing.length}, the first in ${missing[0]}.`]),
    ...(repeated === 0 ? [] : [`Findings that two of the files have count once: ${repeated}.`]),
    ...(apart === 0 ? [] : [`Findings in changes that are not staged were left out: ${apart}.`]),
    ...(noise === 0 ? [] : [`Findings that are noise by default were left out: ${noise}; --include-noise keeps them.`]),
  ];
}

/** Returns why nothing of the outputs counts: unusable entries take precedence over a tool that did not run. */
function nothingUsable(outputs: readonly NamedOutput[]): LedgerError {
  const unusable = outputs.find(({ skipped }) => skipped.length > 0);
  if (unusable === undefined) return noToolRan();
  const reasons = unusable.skipped.slice(0, 3).map(({ place, reason }) => `${place}: ${reason}`);
  return invalidInput(unusable.file, ["nothing in it can be used", ...reasons]);
}

export const review = defineOperation({
  name: "review",
  summary: "Record what linters, compilers and scanners found",
  input,
  positional: ["files"],
  stdin: {
    key: "text",
    wanted: ({ files }) => !Array.isArray(files) || files.length === 0 || files.includes(standardInput),
    hint: "Pipe what a tool writes into it (`eslint . -f json | reward-ledger review`), or name files.",
    loose: true,
  },
  effect: "write",
  examples: [
    { run: "npx eslint . -f json | reward-ledger review", does: "record what a linter finds in new code" },
    { run: "reward-ledger review eslint.json ruff.sarif --agent codex", does: "several tools in one run" },
    { run: "npx eslint . -f json | reward-ledger review --staged", does: "before a commit: what the commit would add" },
    { run: "npx tsc --noEmit --pretty false | reward-ledger review --base main", does: "compare with another commit" },
    { run: "reward-ledger review findings.sarif --all --dry-run", does: "what the whole project would score" },
  ],
  document: reviewDocument,
  async run(ports: Ports, options, context): Promise<ReviewView> {
    const { outputs, ordered, empty, unknown, unread } = await readAll(ports, options, context);
    const idle = outputs.filter(({ ran, findings }) => ran === false && findings.length === 0);
    if (idle.length === outputs.length) throw nothingUsable(outputs);
    const run = await resolveRunContext(ports.surroundings, options);
    const changes = await changesFor(ports, options, run.isHere, context.signal);
    const code = await assembleFindings(ports, options, ordered, changes);
    const findings = options.include_noise ? code.findings : code.findings.filter((one) => !isNoise(one));
    const bonuses = bonusesOf(
      code.findings,
      outputs.filter((one) => !idle.includes(one)),
    );
    const state = await fingerprintOf(ports, options, run.commit ?? null, changes, context.signal);
    const parsed = parseReview(
      {
        run_id: options.run_id ?? runIdOf({ commit: run.commit ?? null, fingerprint: state }, findings, code.existing),
        score: scoreOf(findings, bonuses),
        findings,
        summary: neutralSummary(findings),
      },
      outputs.map(({ file }) => file).join(", "),
      ports.clock.now(),
    );
    const { report } = parsed;
    const noise = code.findings.length - findings.length;
    const draft = draftOf(parsed, {
      ...run,
      changedFiles: changes === null ? [] : [...changes.files.keys()],
      older: {
        ...(changes?.base == null ? {} : { base: changes.base.commit }),
        ...(changes === null && code.existing.length === 0
          ? {}
          : { existing: code.existing.slice(0, maxExisting), existing_count: code.existing.length }),
      },
    });
    const recorded = options.dry_run ? null : await recordRun(ports, draft, context.signal);
    return {
      recorded: recorded?.recorded ?? false,
      reason: recorded === null ? "dry_run" : recorded.reason,
      run: recorded?.run ?? null,
      score: report.score,
      reward: coinsOf(report.reward_delta),
      verdict: report.overall_verdict,
      run_id: report.run_id,
      scoring: { deductions: deductionsOf(findings), bonuses, suppressed: noise, below_level: 0 },
      base: changes?.base ?? null,
      ...(options.staged ? { unstaged: code.apart } : {}),
      outputs: outputs.map(outputView),
      findings: report.findings.map(findingView),
      existing: code.existing.map(findingView),
      outside: code.outside.length,
      repeated: code.repeated,
      status: recorded?.status ?? null,
      warnings: [
        ...unread,
        ...empty.map((file) => `${file}: it is an empty list, which names no tool; it counts for nothing.`),
        ...(unknown.length === 0 ? [] : [`No known tool wrote what these tasks printed: ${unknown.join(", ")}.`]),
        ...idle.map(({ file }) => `${file}: no tool is named that checked the code, and no test ran.`),
        ...warningsOf(code, noise),
        ...parsed.warnings,
        ...(recorded?.warnings ?? []),
      ],
    };
  },
});
