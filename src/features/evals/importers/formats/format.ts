import type * as z from "zod";
import type { EvalRun } from "../../model/run.ts";

/** A text that may hold results. Its JSON is parsed on first use. */
export type ResultText = Readonly<{
  text: string;
  /** Name of the text for messages: a path or `standard input`. */
  target: string;
  /** Folder of the project; files are named relative to it. */
  root: string;
  isXml: boolean;
  /** The parsed text; all strings in it are well-formed Unicode. @throws invalid_json */
  json(): unknown;
  /** The same for JSON written by Python; NaN and infinities are read as null. */
  pythonJson(): unknown;
}>;

/** A run as read from a file. Warnings name what could not be used, one line each. */
export type ReadResults = Readonly<{ run: EvalRun; warnings: readonly string[] }>;

/** A format of results. Values that it does not state are absent in the run. */
export type ResultFormat = Readonly<{
  /** Stored in the recorded run. */
  id: string;
  /** For messages that list the supported formats. */
  title: string;
  /** Whether a text is meant to be of this format, judged by content; it may still be invalid. */
  claims(input: ResultText): boolean;
  /** @throws invalid_json, invalid_xml, invalid_eval */
  read(input: ResultText): ReadResults;
}>;

/**
 * Recognizes a JSON format by a schema that only its files match.
 * @param names field names that all of its files contain: a text without them need not be parsed
 */
export const claimsJson =
  (signature: z.ZodType, names: readonly string[], readJson: (input: ResultText) => unknown = ({ json }) => json()) =>
  (input: ResultText): boolean =>
    !input.isXml && names.every((name) => input.text.includes(`"${name}"`)) && signature.safeParse(readJson(input)).success;
