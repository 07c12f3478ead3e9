import type * as z from "zod";
import type { EvalRun } from "../../model/run.ts";

/** A text that may hold results. Its JSON is parsed when it is first asked for. */
export type ResultText = Readonly<{
  text: string;
  /** What the text is, for messages: a path or `standard input`. */
  target: string;
  /** Folder of the project: names of files are given below it. */
  root: string;
  isXml: boolean;
  /** The parsed text, with whole texts in it. @throws invalid_json */
  json(): unknown;
  /** The same for what Python wrote, whose NaN and infinities are null. */
  pythonJson(): unknown;
}>;

/** A run as a file tells it. Warnings are what could not be used, one line each. */
export type ReadResults = Readonly<{ run: EvalRun; warnings: readonly string[] }>;

/** A format of results. Whatever it does not say stays absent in the run. */
export type ResultFormat = Readonly<{
  /** Stands in the recorded run. */
  id: string;
  /** For messages that list what was looked for. */
  title: string;
  /** Whether a text is meant to be of this format, by its content; it may still have problems. */
  claims(input: ResultText): boolean;
  /** @throws invalid_json, invalid_xml, invalid_eval */
  read(input: ResultText): ReadResults;
}>;

/**
 * A JSON format is told by a schema that only its files fit.
 * @param names names of fields that all have: a text without them need not be parsed
 */
export const claimedBy =
  (mark: z.ZodType, names: readonly string[], read: (input: ResultText) => unknown = ({ json }) => json()) =>
  (input: ResultText): boolean =>
    !input.isXml && names.every((name) => input.text.includes(`"${name}"`)) && mark.safeParse(read(input)).success;
