import { notFound } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { rulesPath } from "../model/rules-file.ts";
import { fileFor, isInstalled, type TargetName, targets } from "../model/targets.ts";
import { type RulesUpdate, rulesUpdated } from "../model/updated.ts";

type Files = Ports["surroundings"]["projectFiles"];

export const targetOf = (name: TargetName) => targets.find((target) => target.name === name) ?? targets[0];

/** The project's rules file. @throws not_found */
export async function rulesText(files: Files): Promise<string> {
  const text = await files.text(rulesPath);
  if (text === null) throw notFound(`the house rules (${rulesPath})`, "Create them with `reward-ledger rules init`.");
  return text;
}

/**
 * Writes the rules to the files that agents read. @param only the one target, or those that have the rules already
 * @returns paths of the files that hold them
 */
export async function install(files: Files, rules: string, only: TargetName | undefined): Promise<readonly string[]> {
  const written: string[] = [];
  for (const target of targets) {
    if (only !== undefined && target.name !== only) continue;
    const text = await files.text(target.file);
    if (only === undefined && !isInstalled(target, text)) continue;
    const next = fileFor(target, text, rules);
    if (next !== text) await files.write(target.file, next);
    written.push(target.file);
  }
  return written;
}

/** What is recorded of a project's rules files, in any order. */
export async function updatesOf({ ledger }: Pick<Ports, "ledger">, project: string): Promise<readonly RulesUpdate[]> {
  const places = await ledger.ask(({ rules }) => rules.updates(project));
  const facts = await Promise.all(places.map((place) => ledger.fetch(place)));
  return facts.flatMap(({ id, at, device, seq, data }) => {
    const read = rulesUpdated.read(data);
    return read.ok ? [{ id, at, device, seq, ...read.content.data }] : [];
  });
}
