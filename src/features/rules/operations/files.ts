import { notFound, usage } from "../../../kernel/errors.ts";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { houseRulesVersion, rulesPath } from "../model/rules-file.ts";
import { type RulesUpdate, rulesUpdated } from "../model/rules-updated.ts";
import { bodyOf, contentWithRules, isInstalled, readBody, type TargetName, targets } from "../model/targets.ts";
import type { TargetState } from "./views.ts";

type Files = Ports["surroundings"]["projectFiles"];

export const targetOf = (name: TargetName) => targets.find((target) => target.name === name) ?? targets[0];

/** Returns the text of the project's rules file. @throws not_found */
export async function rulesText(files: Files): Promise<string> {
  const text = await files.text(rulesPath);
  if (text === null) throw notFound(`the house rules (${rulesPath})`, "Create them with `reward-ledger rules init`.");
  return text;
}

/** Refuses a bare repository: its folder contains git's own files and none of the project's. @throws usage */
export async function refuseBareRepository(files: Files): Promise<void> {
  const readGitFile = async (file: string): Promise<string> => {
    try {
      return (await files.text(file)) ?? "";
    } catch (error) {
      // A folder, or a file that is not text, is not one of git's files.
      if (error instanceof LedgerError) return "";
      throw error;
    }
  };
  const [head = "", config = ""] = await Promise.all(["HEAD", "config"].map(readGitFile));
  if (!/^(?:ref: refs\/|[0-9a-f]{40})/.test(head) || !/^\s*bare\s*=\s*true\b/im.test(config)) return;
  throw usage(
    "Failed to create the house rules: this is a bare repository, which has no files to keep them in",
    "Run it in a clone or a worktree of the repository.",
  );
}

/** Returns the recorded writes of rules files, in any order. @param project undefined for all projects */
export async function readUpdates(
  { ledger }: Pick<Ports, "ledger">,
  project: string | undefined,
): Promise<readonly RulesUpdate[]> {
  const places = await ledger.ask(({ rules }) => rules.updates(project));
  const facts = await Promise.all(places.map((place) => ledger.fetch(place)));
  return facts.flatMap((fact) => {
    const parsed = rulesUpdated.read(fact.data);
    if (!parsed.ok) return [];
    const { id, at, device, seq } = fact;
    return [{ id, at, device, seq, project: fact.project, ...parsed.content.data }];
  });
}

/** Distinguishes the rules that a recorded update wrote from those that somebody has edited since. */
type EditDetector = Readonly<{ isEdited(body: string): boolean }>;

export function createEditDetector(files: Files, updates: readonly RulesUpdate[]): EditDetector {
  const hashes = new Map<number, Set<string>>();
  for (const { version, body_hash: hash } of updates) {
    if (hash !== undefined) hashes.set(version, (hashes.get(version) ?? new Set()).add(hash));
  }
  return {
    // For a version that is not recorded here, such as one that came with a clone, edits cannot be detected.
    isEdited: (body) => hashes.get(houseRulesVersion(body) ?? 0)?.has(files.hashOf(body)) === false,
  };
}

/** The current state of a target: the text of its file, or why it cannot be read. */
export type TargetStatus = Readonly<{
  target: (typeof targets)[number];
  state: TargetState;
  text: string | null;
  problem: LedgerError | null;
}>;

/** Determines the current state of a target. @param rules content of the rules file */
export async function readTargetStatus(
  files: Files,
  target: TargetStatus["target"],
  rules: string,
  editDetector: EditDetector,
): Promise<TargetStatus> {
  const { file, kind } = target;
  try {
    const text = await files.text(file);
    if (text !== null && (await files.isSame(file, rulesPath))) {
      // Agents that read copies can read the rules file itself through the link; any other form would overwrite it.
      if (kind !== "copy") throw notFound(`a file of its own at ${file}: it is a link to the house rules`, "Remove the link.");
      return { target, state: "linked", text, problem: null };
    }
    if (text === null || !isInstalled(target, text)) return { target, state: "missing", text, problem: null };
    if (contentWithRules(target, text, rules) === text) return { target, state: "current", text, problem: null };
    const body = readBody(target, text);
    const isEdited = body !== bodyOf(rules) && editDetector.isEdited(body);
    return { target, state: isEdited ? "edited" : "stale", text, problem: null };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { target, state: "unreadable", text: null, problem: error };
  }
}

/** Writes the rules into a target, replacing those that it has. @returns the target, with the problem if there was one */
export async function installTarget(files: Files, status: TargetStatus, rules: string): Promise<TargetStatus> {
  const { target, state, text, problem } = status;
  if (problem !== null || state === "linked") return status;
  try {
    const next = contentWithRules(target, text, rules);
    if (next !== text) await files.write(target.file, next);
    return status;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { ...status, problem: error };
  }
}

/** Whether an update refreshes a target by default: only one whose rules are as an update wrote them. */
export const isRefreshable = ({ state }: TargetStatus): boolean => state === "current" || state === "stale" || state === "linked";

/** Whether a target has the rules but a person has to decide about it: it was edited, or its block is damaged. */
export const needsDecision = ({ state, problem }: TargetStatus): boolean =>
  state === "edited" || problem?.code === "invalid_input";
