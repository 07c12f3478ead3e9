import { notFound, usage } from "../../../kernel/errors.ts";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { houseRulesVersion, rulesPath } from "../model/rules-file.ts";
import { bodyIn, bodyOf, fileFor, isInstalled, type TargetName, targets } from "../model/targets.ts";
import { type RulesUpdate, rulesUpdated } from "../model/updated.ts";
import type { TargetState } from "./views.ts";

type Files = Ports["surroundings"]["projectFiles"];

export const targetOf = (name: TargetName) => targets.find((target) => target.name === name) ?? targets[0];

/** The project's rules file. @throws not_found */
export async function rulesText(files: Files): Promise<string> {
  const text = await files.text(rulesPath);
  if (text === null) throw notFound(`the house rules (${rulesPath})`, "Create them with `reward-ledger rules init`.");
  return text;
}

/** Refuses a repository that has no working tree: its folder holds git's own files, and none of the project's. @throws usage */
export async function refuseBare(files: Files): Promise<void> {
  const gitsOwn = async (file: string): Promise<string> => {
    try {
      return (await files.text(file)) ?? "";
    } catch (error) {
      // A folder, or what is no text, is none of git's files.
      if (error instanceof LedgerError) return "";
      throw error;
    }
  };
  const [head = "", config = ""] = await Promise.all(["HEAD", "config"].map(gitsOwn));
  if (!/^(?:ref: refs\/|[0-9a-f]{40})/.test(head) || !/^\s*bare\s*=\s*true\b/im.test(config)) return;
  throw usage(
    "Failed to create the house rules: this is a bare repository, which has no files to keep them in",
    "Run it in a clone or a worktree of the repository.",
  );
}

/** What is recorded of a project's rules files, in any order. @param project of all projects where there is none */
export async function updatesOf({ ledger }: Pick<Ports, "ledger">, project: string | undefined): Promise<readonly RulesUpdate[]> {
  const places = await ledger.ask(({ rules }) => rules.updates(project));
  const facts = await Promise.all(places.map((place) => ledger.fetch(place)));
  return facts.flatMap((fact) => {
    const read = rulesUpdated.read(fact.data);
    if (!read.ok) return [];
    const { id, at, device, seq } = fact;
    return [{ id, at, device, seq, project: fact.project, ...read.content.data }];
  });
}

/** Tells what a recorded update wrote from what somebody edited since. */
type Written = Readonly<{ isEdited(body: string): boolean }>;

export function writtenOf(files: Files, updates: readonly RulesUpdate[]): Written {
  const hashes = new Map<number, Set<string>>();
  for (const { version, body_hash: hash } of updates) {
    if (hash !== undefined) hashes.set(version, (hashes.get(version) ?? new Set()).add(hash));
  }
  return {
    // Of a version that is not recorded here, say one that came with a clone, nobody can tell.
    isEdited: (body) => hashes.get(houseRulesVersion(body) ?? 0)?.has(files.hashOf(body)) === false,
  };
}

/** A target as it stands: what its file holds, or why that cannot be said. */
export type Standing = Readonly<{
  target: (typeof targets)[number];
  state: TargetState;
  text: string | null;
  problem: LedgerError | null;
}>;

/** @param rules what the rules file holds */
export async function standingOf(files: Files, target: Standing["target"], rules: string, written: Written): Promise<Standing> {
  const { file, kind } = target;
  try {
    const text = await files.text(file);
    if (text !== null && (await files.isSame(file, rulesPath))) {
      // Agents that read copies may well read the rules file itself; any other form would replace it.
      if (kind !== "copy") throw notFound(`a file of its own at ${file}: it is a link to the house rules`, "Remove the link.");
      return { target, state: "linked", text, problem: null };
    }
    if (text === null || !isInstalled(target, text)) return { target, state: "missing", text, problem: null };
    if (fileFor(target, text, rules) === text) return { target, state: "current", text, problem: null };
    const body = bodyIn(target, text);
    const isEdited = body !== bodyOf(rules) && written.isEdited(body);
    return { target, state: isEdited ? "edited" : "stale", text, problem: null };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { target, state: "unreadable", text: null, problem: error };
  }
}

/** Writes the rules into a target, in place of what it had of them. @returns the target, with the problem if there was one */
export async function installIn(files: Files, standing: Standing, rules: string): Promise<Standing> {
  const { target, state, text, problem } = standing;
  if (problem !== null || state === "linked") return standing;
  try {
    const next = fileFor(target, text, rules);
    if (next !== text) await files.write(target.file, next);
    return standing;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { ...standing, problem: error };
  }
}

/** Whether an update refreshes a target that nobody named: one that has the rules as an update wrote them. */
export const isRefreshed = ({ state }: Standing): boolean => state === "current" || state === "stale" || state === "linked";

/** Whether a target has the rules, but only a person can say what becomes of it: it was edited, or its block is damaged. */
export const needsPerson = ({ state, problem }: Standing): boolean => state === "edited" || problem?.code === "invalid_input";
