import * as vscode from "vscode";

/**
 * Asks for a text; undefined when the user backs out. It is asked on while the user looks elsewhere, for what to quote.
 * @param optional an empty text is an answer
 */
export async function askText(title: string, prompt: string, optional = false): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (value) => (optional || value.trim() !== "" ? undefined : vscode.l10n.t("Enter a text.")),
  });
  return text?.trim();
}
