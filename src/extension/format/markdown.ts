import { plain } from "../../render/markdown/escape.ts";
import { withoutIcons } from "./label.ts";

/**
 * The same for Markdown in which icons are resolved. That happens after Markdown, so the escape of an icon must survive Markdown's
 * own.
 */
export const plainBesideIcons = (text: string): string => plain(withoutIcons(text));

/** A link that runs a command. The label is Markdown; the arguments go into the link as JSON. */
export const commandLink = (label: string, command: string, ...args: readonly unknown[]): string =>
  `[${label}](command:${command}${args.length === 0 ? "" : `?${encodeURIComponent(JSON.stringify(args))}`})`;
