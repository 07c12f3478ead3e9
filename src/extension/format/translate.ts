/**
 * Translates a message to the display language and fills in `{0}`, `{1}` …. VS Code's `l10n.t` implements it; formatting code
 * takes it as a parameter, so that it runs without VS Code.
 */
export type Translate = (message: string, ...args: readonly (string | number)[]) => string;
