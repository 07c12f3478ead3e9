import type { Ports } from "../../../ports/ports.ts";
import { parseRulesFile, rulesPath } from "../model/rules-file.ts";
import type { RulesUpdate } from "../model/rules-updated.ts";
import { bodyOf, targets } from "../model/targets.ts";
import { createEditDetector, installTarget, readTargetStatus, readUpdates, type TargetStatus } from "./files.ts";
import type { TargetView } from "./views.ts";
import { queryHits, recordRules } from "./write.ts";

/** Returns the current state of every target. @param rules content of the rules file @param updates those of the project */
export async function targetViews(
  { surroundings: { projectFiles: files } }: Pick<Ports, "surroundings">,
  rules: string,
  updates: readonly RulesUpdate[],
): Promise<readonly TargetView[]> {
  const editDetector = createEditDetector(files, updates);
  const statuses = await Promise.all(targets.map((target) => readTargetStatus(files, target, rules, editDetector)));
  return statuses.map(({ target: { name, file, about }, state, problem }) => ({
    target: name,
    file,
    about,
    state,
    problem: problem?.message ?? null,
  }));
}

/** Installs the current rules for one agent. Rules that no update wrote are recorded, so that edits of the copy are detected. */
export async function addTarget(ports: Ports, rules: string, target: TargetStatus["target"]): Promise<void> {
  const { projectFiles: files } = ports.surroundings;
  const project = await ports.surroundings.project();
  const updates = await readUpdates(ports, project);
  const { problem } = await installTarget(
    files,
    await readTargetStatus(files, target, rules, createEditDetector(files, updates)),
    rules,
  );
  if (problem !== null) throw problem;
  const hash = files.hashOf(bodyOf(rules));
  if (updates.some(({ body_hash }) => body_hash === hash)) return;
  const { listed, version } = parseRulesFile(rules, rulesPath);
  const { counted } = await queryHits(ports, { project, agent: undefined, updates });
  await recordRules(ports, rules, {
    cause: "install",
    version,
    rules: listed.map((rule) => ({ rule, hits: counted.get(rule) ?? 0 })),
    retired: [],
  });
}
