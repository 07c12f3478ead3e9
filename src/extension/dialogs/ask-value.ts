import * as vscode from "vscode";

/** Options of a value input. `parse` returns undefined for invalid text, for which the input shows `problem`. */
export type ValueQuestion<T> = Readonly<{
  title: string;
  prompt: string;
  parse(text: string): T | undefined;
  problem: string;
  initial?: string;
}>;

/**
 * Asks for a value; undefined when the user backs out. The input stays open when it loses focus, so the user can copy text
 * elsewhere.
 */
export async function askValue<T>({ title, prompt, parse, problem, initial = "" }: ValueQuestion<T>): Promise<T | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value: initial,
    ignoreFocusOut: true,
    validateInput: (value) => (parse(value) === undefined ? problem : undefined),
  });
  return text === undefined ? undefined : parse(text);
}
