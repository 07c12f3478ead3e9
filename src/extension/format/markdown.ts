import { plain } from "../../render/markdown/escape.ts";
import { withoutIcons } from "./label.ts";

/**
 * Escapes text for Markdown in which VS Code renders icons. Icons are resolved after Markdown, so the escape of an icon must
 * itself be escaped for Markdown.
 */
export const plainBesideIcons = (text: string): string => plain(withoutIcons(text));

/** A link that runs a command. The label is Markdown; the arguments go into the link as JSON. */
export const commandLink = (label: string, command: string, ...args: readonly unknown[]): string =>
  `[${label}](command:${command}${args.length === 0 ? "" : `?${encodeURIComponent(JSON.stringify(args))}`})`;
