import * as vscode from "vscode";

/** How a value is asked for. `parse` gives undefined for what is none, which `problem` then says. */
export type ValueQuestion<T> = Readonly<{
  title: string;
  prompt: string;
  parse(text: string): T | undefined;
  problem: string;
  initial?: string;
}>;

/** Asks for a value; undefined when the user backs out. It is asked on while the user looks elsewhere, for what to copy. */
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
