import { invalidInput } from "../../../kernel/errors.ts";
import type { FileReader } from "../../../ports/ports.ts";
import { attempt, attemptAsync } from "./input-file.ts";
import { parseJson } from "./json.ts";
import { standardInputName } from "./standard-input.ts";

/** A text and its name in messages. */
export type SourceText = Readonly<{ target: string; text: string }>;

/** A text of one line that is not JSON may be the path of a file, as some producers print for `--json`. */
const mayBePath = (text: string): boolean =>
  !/^[[{"\uFEFF]/.test(text) && !/[\r\n\0]/.test(text) && !attempt(() => parseJson(text, "")).ok;

/** Whether a text can only be meant as the path of a file. Other words in a pipe are the output of a failing producer. */
const looksLikePath = (text: string): boolean => /\.(?:json|jsonl|ndjson)$/i.test(text) && !/:\s/.test(text);

/** Reads the file that a text names; undefined if the text is not a path. */
async function readNamedFile(files: FileReader, text: string): Promise<SourceText | undefined> {
  if (!mayBePath(text)) return undefined;
  const read = await attemptAsync(() => files.text(text));
  if (read.ok) return { target: text, text: read.value };
  if (read.error.code !== "unreadable_file" || looksLikePath(text)) throw read.error;
  return undefined;
}

/**
 * Returns the text that an operation works on: the content of the file `from`, else `text`, which may also be the path of a file.
 * @param label name of the text, for the message if nothing was given
 * @param textName name of `text` in messages, if it is an argument rather than standard input
 * @throws invalid_input, and what reading a file throws
 */
export async function readSource(
  files: FileReader,
  label: string,
  input: Readonly<{ from?: string | undefined; text?: string | undefined }>,
  textName?: string,
): Promise<SourceText> {
  if (input.from !== undefined) return { target: input.from, text: await files.text(input.from) };
  const text = input.text?.trim() ?? "";
  const way = textName === undefined ? "pipe it in as JSON" : "give it as text";
  if (text === "") throw invalidInput(label, [`nothing was given; ${way}, or name its file with --from`]);
  return (await readNamedFile(files, text)) ?? { target: textName ?? standardInputName, text };
}
