import type { Ports } from "../../../ports/ports.ts";
import {
  countedRuns,
  type ListedRule,
  parseRulesFile,
  type RuleHits,
  type RulesFile,
  recentRuns,
  rewriteRules,
  rulesPath,
  unlistableRules,
} from "../model/rules-file.ts";
import { type RulesUpdate, type RulesUpdated, retiredAt, rulesUpdated } from "../model/rules-updated.ts";
import { bodyOf, type TargetName, targets } from "../model/targets.ts";
import {
  createEditDetector,
  installTarget,
  isRefreshable,
  needsDecision,
  readTargetStatus,
  readUpdates,
  rulesText,
  type TargetStatus,
} from "./files.ts";
import type { RulesWrittenView } from "./views.ts";

type WriteOptions = Readonly<{ agent?: string | undefined; ide?: TargetName | undefined; max_lines: number }>;

/** Records that a rules file was written. @param text its content */
export async function recordRules(
  { ledger, surroundings }: Pick<Ports, "ledger" | "surroundings">,
  text: string,
  data: Omit<RulesUpdated, "file" | "body_hash">,
): Promise<void> {
  const [outcome] = await ledger.record([
    {
      kind: rulesUpdated.kind,
      project: await surroundings.project(),
      data: { ...data, file: rulesPath, body_hash: surroundings.projectFiles.hashOf(bodyOf(text)) },
    },
  ]);
  if (outcome?.recorded === false && outcome.reason === "refused") throw outcome.error;
}

type HitsQuery = Readonly<{ project: string; agent: string | undefined; updates: readonly RulesUpdate[] }>;

/** Returns how often each rule was broken recently. For a retired rule, only hits after its retirement count. */
export async function queryHits({ ledger }: Pick<Ports, "ledger">, { project, agent, updates }: HitsQuery): Promise<RuleHits> {
  const retired = retiredAt(updates);
  return ledger.ask(({ review }) => {
    const scope = { project, agent };
    const hits = (lastRuns: number): Map<string, number> => {
      const all = new Map(review.ruleTallies({ ...scope, lastRuns }).map(({ rule, count }) => [rule, count]));
      for (const [rule, from] of retired) {
        if (!all.has(rule)) continue;
        const since = review.ruleTallies({ ...scope, lastRuns, from }).find((tally) => tally.rule === rule)?.count ?? 0;
        if (since === 0) all.delete(rule);
        else all.set(rule, since);
      }
      return all;
    };
    return { counted: hits(countedRuns), recent: hits(recentRuns) };
  });
}

type RuleChoice = Readonly<{ rules: readonly ListedRule[]; retired: readonly string[] }>;

/** Rewrites the rules file, then the files that agents read, then records the fact. */
export async function writeRules(
  ports: Ports,
  options: WriteOptions,
  cause: "update" | "teach" | "retire",
  choose: (file: RulesFile, hits: RuleHits, updates: readonly RulesUpdate[]) => RuleChoice,
): Promise<RulesWrittenView> {
  const files = ports.surroundings.projectFiles;
  await rulesText(files);
  // Without the lock, a process that reads the file while another one writes it would overwrite that one's rules.
  return files.exclusive(rulesPath, () => writeLocked(ports, options, cause, choose));
}

async function writeLocked(
  ports: Ports,
  { agent, ide, max_lines: maxLines }: WriteOptions,
  cause: "update" | "teach" | "retire",
  choose: (file: RulesFile, hits: RuleHits, updates: readonly RulesUpdate[]) => RuleChoice,
): Promise<RulesWrittenView> {
  const { surroundings, calendar, clock } = ports;
  const files = surroundings.projectFiles;
  const project = await surroundings.project();
  const text = await rulesText(files);
  const file = parseRulesFile(text, rulesPath);
  const updates = await readUpdates(ports, project);
  // For a rule that is taught by name, all hits count, even if it was retired.
  const hits = await queryHits(ports, { project, agent, updates: cause === "teach" ? [] : updates });
  const { rules, retired } = choose(file, hits, updates);
  const day = calendar.dayOf(clock.now().getTime());
  const rewritten = rewriteRules(file, rules, { day, maxLines, path: rulesPath });
  const wantedTargets = targets.filter(({ name }) => ide === undefined || name === ide);
  const editDetector = createEditDetector(files, updates);
  const statuses = await Promise.all(wantedTargets.map((target) => readTargetStatus(files, target, text, editDetector)));
  const chosen = ide === undefined ? statuses.filter(isRefreshable) : statuses;
  const isLeftOut = (one: TargetStatus): boolean => !chosen.includes(one) && needsDecision(one);
  for (const { problem } of chosen) if (problem !== null) throw problem;
  await files.write(rulesPath, rewritten.text);
  const installed = await Promise.all(chosen.map((standing) => installTarget(files, standing, rewritten.text)));
  // The file is written first: without the fact, the next update still has the right rules, while a fact without its file would
  // claim that a rule was taught.
  await recordRules(ports, rewritten.text, {
    cause,
    version: rewritten.version,
    rules: rewritten.rules.map((rule) => ({ ...rule })),
    retired: [...retired],
  });
  const failed = installed.filter(({ problem }) => problem !== null);
  if (ide !== undefined) for (const { problem } of failed) if (problem !== null) throw problem;
  const listedNow = new Set(rewritten.rules.map(({ rule }) => rule));
  return {
    file: rulesPath,
    version: rewritten.version,
    updated: day,
    rules: rewritten.rules,
    added: [...listedNow].filter((rule) => !file.listed.includes(rule)),
    removed: file.listed.filter((rule) => !listedNow.has(rule)),
    no_room: rewritten.left,
    no_id: unlistableRules(hits),
    installed: installed.filter(({ problem }) => problem === null).map(({ target }) => target.file),
    not_refreshed: [...statuses.filter(isLeftOut), ...failed].map(({ target, problem }) => ({
      file: target.file,
      reason: problem?.message ?? null,
    })),
  };
}
