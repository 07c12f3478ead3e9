import { plain } from "../../kernel/escape.ts";
import { shortened } from "../../kernel/shorten.ts";

/** Maximum length of a label or description in characters; the full text is in its tooltip or document. */
const mostCharacters = 500;

/** Text of a report or a row as a label: one line, no control characters, limited length. */
export const labelText = (text: string): string => shortened(plain(text.replaceAll(/\s+/g, " ")), mostCharacters);

/** Syntax that VS Code renders as an icon in some labels. */
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g;

/** Escapes icon syntax so that VS Code does not render it. Escapes nothing else, because VS Code would show that escape. */
export const withoutIcons = (text: string): string => text.replaceAll(icon, "\\$&");

/** Label text for places where VS Code renders icons. */
export const labelBesideIcons = (text: string): string => withoutIcons(labelText(text));
