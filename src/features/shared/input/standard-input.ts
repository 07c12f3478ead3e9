import type { FileReader } from "../../../ports/ports.ts";

/** What a command line names in place of a file to mean standard input. */
export const standardInput = "-";

/** Name of standard input in answers and messages. */
export const standardInputName = "standard input";

/** The given names of files with that of standard input in place of `-`. */
export const namedInputs = (paths: readonly string[], name = standardInputName): readonly string[] =>
  paths.map((path) => (path === standardInput ? name : path));

/** Adds the text of standard input, if there is one, to the files under its name. */
export function withInputText(files: FileReader, text: string | undefined, name = standardInputName): FileReader {
  if (text === undefined) return files;
  const isInput = (path: string): boolean => path === name;
  return {
    ...files,
    text: async (path) => (isInput(path) ? text : files.text(path)),
    lines: async (path) => (isInput(path) ? text : files.lines(path)),
    content: async (path) => (isInput(path) ? text : files.content(path)),
    list: async (path) => (isInput(path) ? [path] : files.list(path)),
  };
}
