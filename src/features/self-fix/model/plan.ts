import type { FixClass } from "../../agent/model/auto-merge.ts";
import type { Place, Plan } from "./step.ts";

/** Estimated number of lines around a place that change with it. */
const around = 5;
const fewestLines = 10;
/** Maximum number of changed lines: with more, the job is large. */
const mostLines = 200;
/** Number of leading folders of a path that make up its top folder: `src/features/gate/model`. */
const topDepth = 4;
/** Kinds of fix that require a human's consent regardless of their size. */
const alwaysLarge: readonly FixClass[] = ["architectural", "state-machine"];
/** Maximum number of times that a human may ask for another plan. */
export const mostRounds = 3;

/** A file and the approximate number of its lines that change. */
export type FileLines = Readonly<{ file: string; lines: number }>;

const topOf = (file: string): string => file.split("/").slice(0, -1).slice(0, topDepth).join("/");

/** Returns why a job is large; empty for one that needs no consent. */
export function largeBecause(fixClass: FixClass, files: readonly FileLines[]): readonly string[] {
  const lines = files.reduce((sum, one) => sum + one.lines, 0);
  const tops = new Set(files.map(({ file }) => topOf(file)));
  return [
    ...(alwaysLarge.includes(fixClass) ? [`fixes of class ${fixClass} always need consent`] : []),
    ...(lines > mostLines ? [`about ${lines} lines change, more than ${mostLines}`] : []),
    ...(files.length >= 2 && tops.size >= 2 ? [`${files.length} files in ${tops.size} folders change`] : []),
  ];
}

/** Returns the plan for places: the files, the approximate number of lines that change, and whether that is a large job. */
export function planOf(fixClass: FixClass, places: readonly Place[]): Plan {
  const files = [...new Set(places.map(({ file }) => file))].sort().map((file) => {
    const spans = places.filter((place) => place.file === file).map(({ start, end }) => end - start + 1 + around);
    return {
      file,
      lines: Math.max(
        fewestLines,
        spans.reduce((sum, span) => sum + span, 0),
      ),
    };
  });
  const reasons = largeBecause(fixClass, files);
  return { files, lines: files.reduce((sum, { lines }) => sum + lines, 0), large: reasons.length > 0, reasons };
}

/** Whether a change is within the agreed plan: only its files, and no more lines than the plan has or than need no consent. */
export const isWithinPlan = (change: Pick<Plan, "files" | "lines">, agreed: Plan | null): boolean =>
  agreed !== null &&
  change.lines <= Math.max(agreed.lines, mostLines) &&
  change.files.every(({ file }) => agreed.files.some((one) => one.file === file));

/** Agreement and nothing else: an agreement with conditions is not an agreement to this plan. */
const yes = /^(?:(?:y|yes|yep|ok|okay|agreed|approved?|go(?: ahead)?|please|ja|einverstanden)(?:[\s.,:;!—-]+|$))+$/i;
const no = /^(?:n|no|nope|reject(?:ed)?|refused?|stop|nein)\s*(?:[.,:;!—-]|$)/i;

/** Classifies a human's answer: a plain yes, or a text that begins with a plain no. Anything else asks for another plan. */
export const verdictOfAnswer = (answer: string): "yes" | "no" | "refine" => {
  const said = answer.trim();
  return yes.test(said) ? "yes" : no.test(said) ? "no" : "refine";
};
