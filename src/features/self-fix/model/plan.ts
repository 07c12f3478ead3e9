import type { FixClass } from "../../agent/model/auto-merge.ts";
import type { Place, Plan } from "./step.ts";

/** Lines around a place that change with it. */
const around = 5;
const fewestLines = 10;
/** More lines are a large job. */
const mostLines = 200;
/** As many folders of a path make its top folder: `src/features/gate/model`. */
const topDepth = 4;
/** Kinds of fix that a human agrees to first, however small they are. */
const alwaysLarge: readonly FixClass[] = ["architectural", "state-machine"];
/** How often a human may ask for another plan. */
export const mostRounds = 3;

/** A file and about how many of its lines change. */
export type FileLines = Readonly<{ file: string; lines: number }>;

const topOf = (file: string): string => file.split("/").slice(0, -1).slice(0, topDepth).join("/");

/** Why a job is large; empty for one that needs nobody's consent. */
export function largeBecause(fixClass: FixClass, files: readonly FileLines[]): readonly string[] {
  const lines = files.reduce((sum, one) => sum + one.lines, 0);
  const tops = new Set(files.map(({ file }) => topOf(file)));
  return [
    ...(alwaysLarge.includes(fixClass) ? [`fixes of class ${fixClass} always need consent`] : []),
    ...(lines > mostLines ? [`about ${lines} lines change, more than ${mostLines}`] : []),
    ...(files.length >= 2 && tops.size >= 2 ? [`${files.length} files in ${tops.size} folders change`] : []),
  ];
}

/** The plan for places: about how many lines of which files change, and whether that is a large job. */
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

/** Whether a change is no more than the plan that a human agreed to: of its files alone, and no longer than what needs no consent, or than the plan. */
export const isWithinPlan = (change: Pick<Plan, "files" | "lines">, agreed: Plan | null): boolean =>
  agreed !== null &&
  change.lines <= Math.max(agreed.lines, mostLines) &&
  change.files.every(({ file }) => agreed.files.some((one) => one.file === file));

/** Agreement and nothing else: whoever agrees on a condition has not agreed to this plan. */
const yes = /^(?:(?:y|yes|yep|ok|okay|agreed|approved?|go(?: ahead)?|please|ja|einverstanden)(?:[\s.,:;!—-]+|$))+$/i;
const no = /^(?:n|no|nope|reject(?:ed)?|refused?|stop|nein)\s*(?:[.,:;!—-]|$)/i;

/** What a human's answer means: a plain yes, or one that begins with a plain no; anything else asks for another plan. */
export const verdictOfAnswer = (answer: string): "yes" | "no" | "refine" => {
  const said = answer.trim();
  return yes.test(said) ? "yes" : no.test(said) ? "no" : "refine";
};
