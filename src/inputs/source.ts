import { invalidInput } from "../domain/errors.ts";
import type { FileReader } from "../domain/ports.ts";

/** A text and what to call it in messages. */
export type SourceText = Readonly<{ target: string; text: string }>;

/** Text that is no JSON but one line is taken for the path of a file, as `--json` of some producers prints it. */
const isPath = (text: string): boolean => !/^[[{"\uFEFF]/.test(text) && !/[\r\n]/.test(text);

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
  return isPath(text) ? { target: text, text: await files.text(text) } : { target: "standard input", text };
}
