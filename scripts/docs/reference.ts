import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { CliCommand } from "../../src/cli/command.ts";
import { commandsFor } from "../../src/cli/commands.ts";
import type { Flag } from "../../src/cli/flags.ts";
import { answerReference } from "./answers.ts";
import { databaseReference } from "./database.ts";
import { categoryReference, formatReference } from "./formats.ts";
import { privacyReference } from "./privacy.ts";
import { roomReference } from "./rooms.ts";
import { storeReference } from "./stores.ts";
import { table } from "./table.ts";
import { toolReference } from "./tools.ts";

/*
 * The parts of the documents that are generated from the program: commands with their options, settings, VS Code commands. Each
 * part is between two marks in its document and is written by `npm run docs`.
 */

const root = join(import.meta.dirname, "..", "..");

const placeholderText = (flag: Flag): string => (flag.kind === "boolean" ? "" : ` <${flag.placeholder}>`);

function optionText(flag: Flag): string {
  const choices = flag.choices === null ? "" : ` (${flag.choices.map((one) => `\`${one}\``).join(", ")})`;
  return `${flag.description}${choices}${flag.required ? " **required**" : ""}`;
}

function commandSection(command: CliCommand): string {
  const flags = command.flags();
  const positional = command.positional.flatMap((key) => flags.filter((flag) => flag.key === key));
  const options = flags.filter((flag) => !command.positional.includes(flag.key));
  const usageParts = positional.map((flag) => {
    const name = `${flag.placeholder}${flag.many ? "…" : ""}`;
    return flag.required ? `<${name}>` : `[${name}]`;
  });
  const usage = ["reward-ledger", command.name, ...usageParts, ...(options.length > 0 ? ["[options]"] : [])].join(" ");
  const rows = [
    ...positional.map((flag) => [`\`${flag.placeholder}\``, optionText(flag)]),
    ...options.map((flag) => [`\`--${flag.name}${placeholderText(flag)}\``, optionText(flag)]),
  ];
  return [
    `### ${command.name}`,
    `${command.summary}.`,
    `\`\`\`sh\n${usage}\n\`\`\``,
    ...(rows.length === 0 ? [] : [table(["option", "meaning"], rows)]),
    `\`\`\`sh\n${command.examples.map(({ run, does }) => `${run}  # ${does}`).join("\n")}\n\`\`\``,
  ].join("\n\n");
}

/** Every command of the command line, as in its help. */
export async function commandReference(): Promise<string> {
  const entries = await commandsFor(["--help"]);
  return entries.flatMap(({ command }) => (command === null ? [] : [commandSection(command)])).join("\n\n");
}

const setting = z.object({
  type: z.string(),
  default: z.unknown(),
  enum: z.array(z.string()).optional(),
  description: z.string().optional(),
  markdownDescription: z.string().optional(),
});
const properties = z.object({ properties: z.record(z.string(), setting) });
const manifest = z.object({
  capabilities: z.object({ untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }) }),
  contributes: z.object({
    configuration: z.union([properties, z.array(properties)]),
    commands: z.array(z.object({ command: z.string(), title: z.string() })),
  }),
});

async function readManifest() {
  const texts = z.record(z.string(), z.string()).parse(JSON.parse(await readFile(join(root, "package.nls.json"), "utf8")));
  const { contributes, capabilities } = manifest.parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  const text = (key: string | undefined): string => texts[(key ?? "").replaceAll("%", "")] ?? key ?? "";
  return { contributes, restricted: capabilities.untrustedWorkspaces.restrictedConfigurations, text };
}

/** Every setting of the extension with its default. */
export async function settingReference(): Promise<string> {
  const { contributes, restricted, text } = await readManifest();
  const settings = [contributes.configuration].flat().flatMap((one) => Object.entries(one.properties));
  return table(
    ["setting", "default", "meaning"],
    settings.map(([name, one]) => {
      const choices = one.enum === undefined ? "" : ` One of ${one.enum.map((choice) => `\`${choice}\``).join(", ")}.`;
      return [
        `\`${name}\``,
        `\`${JSON.stringify(one.default)}\``,
        `${text(one.markdownDescription ?? one.description)}${choices}${restricted.includes(name) ? " A workspace that is not trusted cannot set it." : ""}`,
      ];
    }),
  );
}

/** Every command of the extension. */
export async function paletteReference(): Promise<string> {
  const { contributes, text } = await readManifest();
  return table(
    ["command", "id, for key bindings"],
    contributes.commands.map(({ command, title }) => [`Reward Ledger: ${text(title)}`, `\`${command}\``]),
  );
}

/** The documents with generated parts, and the function that creates each part. */
export const documents: readonly Readonly<{ file: string; parts: Readonly<Record<string, () => Promise<string>>> }>[] = [
  { file: "docs/architecture.md", parts: { rooms: roomReference } },
  { file: "docs/cli.md", parts: { commands: commandReference } },
  { file: "docs/json.md", parts: { answers: answerReference } },
  { file: "docs/mcp.md", parts: { tools: toolReference } },
  { file: "docs/formats.md", parts: { formats: formatReference, categories: categoryReference } },
  { file: "docs/privacy.md", parts: { fields: privacyReference } },
  { file: "docs/stores.md", parts: { stores: storeReference } },
  { file: "docs/settings.md", parts: { settings: settingReference, palette: paletteReference } },
  { file: "supabase/README.md", parts: { database: databaseReference } },
];

const startMark = (part: string): string => `<!-- generated: ${part} -->`;
const endMark = "<!-- end of the generated part -->";

/** A document with one generated part replaced. @throws when the document has no place for it */
export function withPart(document: string, part: string, text: string): string {
  const from = document.indexOf(startMark(part));
  const to = document.indexOf(endMark, from);
  if (from === -1 || to === -1) throw new Error(`the document has no place for ${part}`);
  return `${document.slice(0, from)}${startMark(part)}\n\n${text}\n\n${document.slice(to)}`;
}

/** The current text of a generated part of a document. */
export function partOf(document: string, part: string): string {
  const from = document.indexOf(startMark(part));
  if (from === -1) throw new Error(`the document has no place for ${part}`);
  return document.slice(from + startMark(part).length, document.indexOf(endMark, from)).trim();
}
