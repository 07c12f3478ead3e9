import * as vscode from "vscode";

/**
 * Asks for a text; undefined when the user backs out. The input stays open when it loses focus, so that the user can look up or
 * copy text elsewhere.
 * @param optional whether an empty text is accepted
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
