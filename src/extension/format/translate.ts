/**
 * Gives a message in the display language, `{0}`, `{1}` … filled in. VS Code's `l10n.t` is one; formatting code takes it as a
 * parameter, so that it runs without VS Code.
 */
export type Translate = (message: string, ...args: readonly (string | number)[]) => string;
