import { sanitize } from "../../kernel/escape.ts";
import { shorten } from "../../kernel/shorten.ts";

/** Maximum length of a label or description in characters; the full text is in its tooltip or document. */
const maxLength = 500;

/** Text of a report or a row as a label: one line, no control characters, limited length. */
export const labelText = (text: string): string => shorten(sanitize(text.replaceAll(/\s+/g, " ")), maxLength);

/** Syntax that VS Code renders as an icon in some labels. */
const iconPattern = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g;

/** Escapes icon syntax so that VS Code does not render it. Escapes nothing else, because VS Code would show that escape. */
export const withoutIcons = (text: string): string => text.replaceAll(iconPattern, "\\$&");

/** Label text for places where VS Code renders icons. */
export const labelBesideIcons = (text: string): string => withoutIcons(labelText(text));
