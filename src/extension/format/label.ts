import { plain } from "../../kernel/escape.ts";
import { shortened } from "../../kernel/shorten.ts";

/** Characters of a label or a description; the rest of a longer text is in its tooltip or document. */
const mostCharacters = 500;

/** Text of a report or a row as a label: one line, no control characters, not longer than anybody reads. */
export const labelText = (text: string): string => shortened(plain(text.replaceAll(/\s+/g, " ")), mostCharacters);

/** What VS Code shows as an icon in some labels. */
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g;

/** Text in which VS Code finds no icons where it shows them in place of their names. What is no icon would keep the escape. */
export const withoutIcons = (text: string): string => text.replaceAll(icon, "\\$&");

/** A label where VS Code shows icons. */
export const labelBesideIcons = (text: string): string => withoutIcons(labelText(text));
