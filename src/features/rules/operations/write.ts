import type { Ports } from "../../../ports/ports.ts";
import {
  countedRuns,
  type ListedRule,
  notListable,
  parseRulesFile,
  type RuleHits,
  type RulesFile,
  recentRuns,
  rewriteRules,
  rulesPath,
} from "../model/rules-file.ts";
import { bodyOf, type TargetName, targets } from "../model/targets.ts";
import { type RulesUpdate, type RulesUpdated, retiredAt, rulesUpdated } from "../model/updated.ts";
import { installIn, isRefreshed, needsPerson, rulesText, type Standing, standingOf, updatesOf, writtenOf } from "./files.ts";
import type { RulesWrittenView } from "./views.ts";

type Asked = Readonly<{ agent?: string | undefined; ide?: TargetName | undefined; max_lines: number }>;

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

type HitsOf = Readonly<{ project: string; agent: string | undefined; updates: readonly RulesUpdate[] }>;

/** Returns how often each rule was broken recently. For a retired rule, only hits after its retirement count. */
export async function hitsOf({ ledger }: Pick<Ports, "ledger">, { project, agent, updates }: HitsOf): Promise<RuleHits> {
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

type Choice = Readonly<{ rules: readonly ListedRule[]; retired: readonly string[] }>;

/** Rewrites the rules file, then the files that agents read, then records the fact. */
export async function writeRules(
  ports: Ports,
  asked: Asked,
  cause: "update" | "teach" | "retire",
  choose: (file: RulesFile, hits: RuleHits, updates: readonly RulesUpdate[]) => Choice,
): Promise<RulesWrittenView> {
  const files = ports.surroundings.projectFiles;
  await rulesText(files);
  // Without the lock, a process that reads the file while another one writes it would overwrite that one's rules.
  return files.exclusive(rulesPath, () => writeAlone(ports, asked, cause, choose));
}

async function writeAlone(
  ports: Ports,
  { agent, ide, max_lines: maxLines }: Asked,
  cause: "update" | "teach" | "retire",
  choose: (file: RulesFile, hits: RuleHits, updates: readonly RulesUpdate[]) => Choice,
): Promise<RulesWrittenView> {
  const { surroundings, calendar, clock } = ports;
  const files = surroundings.projectFiles;
  const project = await surroundings.project();
  const text = await rulesText(files);
  const file = parseRulesFile(text, rulesPath);
  const updates = await updatesOf(ports, project);
  // For a rule that is taught by name, all hits count, even if it was retired.
  const hits = await hitsOf(ports, { project, agent, updates: cause === "teach" ? [] : updates });
  const { rules, retired } = choose(file, hits, updates);
  const day = calendar.dayOf(clock.now().getTime());
  const next = rewriteRules(file, rules, { day, maxLines, path: rulesPath });
  const wanted = targets.filter(({ name }) => ide === undefined || name === ide);
  const written = writtenOf(files, updates);
  const standings = await Promise.all(wanted.map((target) => standingOf(files, target, text, written)));
  const chosen = ide === undefined ? standings.filter(isRefreshed) : standings;
  const isLeftOut = (one: Standing): boolean => !chosen.includes(one) && needsPerson(one);
  for (const { problem } of chosen) if (problem !== null) throw problem;
  await files.write(rulesPath, next.text);
  const installed = await Promise.all(chosen.map((standing) => installIn(files, standing, next.text)));
  // The file is written first: without the fact, the next update still has the right rules, while a fact without its file would
  // claim that a rule was taught.
  await recordRules(ports, next.text, {
    cause,
    version: next.version,
    rules: next.rules.map((rule) => ({ ...rule })),
    retired: [...retired],
  });
  const failed = installed.filter(({ problem }) => problem !== null);
  if (ide !== undefined) for (const { problem } of failed) if (problem !== null) throw problem;
  const now = new Set(next.rules.map(({ rule }) => rule));
  return {
    file: rulesPath,
    version: next.version,
    updated: day,
    rules: next.rules,
    added: [...now].filter((rule) => !file.listed.includes(rule)),
    removed: file.listed.filter((rule) => !now.has(rule)),
    no_room: next.left,
    no_id: notListable(hits),
    installed: installed.filter(({ problem }) => problem === null).map(({ target }) => target.file),
    not_refreshed: [...standings.filter(isLeftOut), ...failed].map(({ target, problem }) => ({
      file: target.file,
      reason: problem?.message ?? null,
    })),
  };
}
