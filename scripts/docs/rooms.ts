import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";

const rules = z.object({
  rooms: z.record(z.string(), z.object({ is: z.string(), what: z.string(), may: z.array(z.string()), why: z.string() })),
  joins: z.record(z.string(), z.string()),
});

/** The rooms of the source, their allowed imports and the features that join others, from the rules that the check applies. */
export async function roomReference(): Promise<string> {
  const file = pathToFileURL(join(import.meta.dirname, "..", "..", ".dependency-cruiser.mjs")).href;
  const { rooms, joins } = rules.parse(await import(file));
  const entries = Object.entries(rooms);
  // Everything may import the kernel; arrows to it would obscure the others.
  const arrows = entries.flatMap(([name, { may }]) => may.filter((one) => one !== "kernel").map((one) => `  ${name} --> ${one}`));
  const rows = entries.map(([name, { what, may, why }]) => `| \`${name}\` | ${what} | ${may.join(", ") || "nothing"} | ${why} |`);
  return [
    `\`\`\`mermaid\ngraph TD\n${arrows.join("\n")}\n\`\`\``,
    ["| room | what it is | may import | because |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    "Features that combine the answers of several features:",
    ["| feature | because |", "| --- | --- |", ...Object.entries(joins).map(([name, why]) => `| \`${name}\` | ${why} |`)].join(
      "\n",
    ),
  ].join("\n\n");
}
