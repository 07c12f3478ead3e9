import { applyEdits, modify, parse } from "jsonc-parser";
import * as z from "zod";
import { commandPrefix } from "../../src/extension/commands/ids.ts";
import { palette } from "../../src/extension/commands/palette.ts";

const manifest = z.object({
  contributes: z.object({ commands: z.array(z.object({ command: z.string() }).catchall(z.unknown())) }),
});

/** The manifest's entries for commands that are derived from their operations. */
const entries = Object.entries(
  palette(
    (message) => message,
    ({ icon }) => icon,
  ),
).map(([name, icon]) => ({
  command: `${commandPrefix}${name}`,
  title: `%command.${name}%`,
  category: "%category%",
  ...(icon === undefined ? {} : { icon: `$(${icon})` }),
}));

/** A manifest with those entries updated from the palette; other entries are unchanged. */
export const withPalette = (text: string): string =>
  entries.reduce((current, entry) => {
    const { commands } = manifest.parse(parse(current)).contributes;
    const at = commands.findIndex(({ command }) => command === entry.command);
    if (JSON.stringify(commands[at]) === JSON.stringify(entry)) return current;
    const options = { formattingOptions: { insertSpaces: true, tabSize: 2 }, isArrayInsertion: at < 0 };
    return applyEdits(current, modify(current, ["contributes", "commands", at], entry, options));
  }, text);
