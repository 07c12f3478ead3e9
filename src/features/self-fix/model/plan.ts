import type { FixClass } from "../../agent/model/auto-merge.ts";
import type { Place, Plan } from "./step.ts";

/** Estimated number of lines around a place that change with it. */
const surroundingLines = 5;
const minLines = 10;
/** Maximum number of changed lines: with more, the job is large. */
const maxLines = 200;
/** Number of leading folders of a path that make up its top folder: `src/features/gate/model`. */
const topDepth = 4;
/** Kinds of fix that require a human's consent regardless of their size. */
const alwaysLargeClasses: readonly FixClass[] = ["architectural", "state-machine"];
/** Maximum number of times that a human may ask for another plan. */
export const maxRounds = 3;

/** A file and the approximate number of its lines that change. */
export type FileLines = Readonly<{ file: string; lines: number }>;

const topFolder = (file: string): string => file.split("/").slice(0, -1).slice(0, topDepth).join("/");

/** Returns why a job is large; empty for one that needs no consent. */
export function largeReasons(fixClass: FixClass, files: readonly FileLines[]): readonly string[] {
  const lines = files.reduce((sum, one) => sum + one.lines, 0);
  const tops = new Set(files.map(({ file }) => topFolder(file)));
  return [
    ...(alwaysLargeClasses.includes(fixClass) ? [`fixes of class ${fixClass} always need consent`] : []),
    ...(lines > maxLines ? [`about ${lines} lines change, more than ${maxLines}`] : []),
    ...(files.length >= 2 && tops.size >= 2 ? [`${files.length} files in ${tops.size} folders change`] : []),
  ];
}

/** Returns the plan for places: the files, the approximate number of lines that change, and whether that is a large job. */
export function planOf(fixClass: FixClass, places: readonly Place[]): Plan {
  const files = [...new Set(places.map(({ file }) => file))].sort().map((file) => {
    const spans = places.filter((place) => place.file === file).map(({ start, end }) => end - start + 1 + surroundingLines);
    return {
      file,
      lines: Math.max(
        minLines,
        spans.reduce((sum, span) => sum + span, 0),
      ),
    };
  });
  const reasons = largeReasons(fixClass, files);
  return { files, lines: files.reduce((sum, { lines }) => sum + lines, 0), large: reasons.length > 0, reasons };
}

/** Whether a change is within the agreed plan: only its files, and no more lines than the plan has or than need no consent. */
export const isWithinPlan = (change: Pick<Plan, "files" | "lines">, agreed: Plan | null): boolean =>
  agreed !== null &&
  change.lines <= Math.max(agreed.lines, maxLines) &&
  change.files.every(({ file }) => agreed.files.some((one) => one.file === file));

/** Agreement and nothing else: an agreement with conditions is not an agreement to this plan. */
const yesPattern = /^(?:(?:y|yes|yep|ok|okay|agreed|approved?|go(?: ahead)?|please|ja|einverstanden)(?:[\s.,:;!—-]+|$))+$/i;
const noPattern = /^(?:n|no|nope|reject(?:ed)?|refused?|stop|nein)\s*(?:[.,:;!—-]|$)/i;

/** Classifies a human's answer: a plain yes, or a text that begins with a plain no. Anything else asks for another plan. */
export const parseVerdict = (answer: string): "yes" | "no" | "refine" => {
  const trimmed = answer.trim();
  return yesPattern.test(trimmed) ? "yes" : noPattern.test(trimmed) ? "no" : "refine";
};
