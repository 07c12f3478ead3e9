import { invalidInput } from "../../../kernel/errors.ts";
import type { FileReader } from "../../../ports/ports.ts";
import { attempt, attemptAsync } from "./input-file.ts";
import { parseJson } from "./json.ts";

/** A text and what to call it in messages. */
export type SourceText = Readonly<{ target: string; text: string }>;

/** Text that is no JSON but one line may be the path of a file, as `--json` of some producers prints it. */
const mayBePath = (text: string): boolean =>
  !/^[[{"\uFEFF]/.test(text) && !/[\r\n\0]/.test(text) && !attempt(() => parseJson(text, "")).ok;

/** What nobody writes but who names a file: other words in a pipe are what a failing producer printed. */
const claimsToBePath = (text: string): boolean => /\.(?:json|jsonl|ndjson)$/i.test(text) && !/:\s/.test(text);

/** The file that a text names; undefined where the text is no path. */
async function namedFile(files: FileReader, text: string): Promise<SourceText | undefined> {
  if (!mayBePath(text)) return undefined;
  const read = await attemptAsync(() => files.text(text));
  if (read.ok) return { target: text, text: read.value };
  if (read.error.code !== "unreadable_file" || claimsToBePath(text)) throw read.error;
  return undefined;
}

/**
 * The text an operation is to work on: of the file `from`, else `text` itself, which may also be the path of a file.
 * @param what it is, for the message when nothing was given
 * @throws invalid_input, and what reading a file throws
 */
export async function sourceText(
  files: FileReader,
  what: string,
  given: Readonly<{ from?: string | undefined; text?: string | undefined }>,
): Promise<SourceText> {
  if (given.from !== undefined) return { target: given.from, text: await files.text(given.from) };
  const text = given.text?.trim() ?? "";
  if (text === "") throw invalidInput(what, ["nothing was given; pipe it in as JSON, or name its file with --from"]);
  return (await namedFile(files, text)) ?? { target: "standard input", text };
}
