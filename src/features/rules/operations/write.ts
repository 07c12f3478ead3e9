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
import type { TargetName } from "../model/targets.ts";
import { type RulesUpdated, retiredAt, rulesUpdated } from "../model/updated.ts";
import { install, rulesText, updatesOf } from "./files.ts";
import type { RulesWrittenView } from "./views.ts";

type Asked = Readonly<{ agent?: string | undefined; ide?: TargetName | undefined; max_lines: number }>;

/** Records that a rules file was written. */
export async function recordRules(ports: Pick<Ports, "ledger">, project: string, data: RulesUpdated): Promise<void> {
  const [outcome] = await ports.ledger.record([{ kind: rulesUpdated.kind, project, data }]);
  if (outcome?.recorded === false && outcome.reason === "refused") throw outcome.error;
}

/** How often each rule was broken of late. Of a retired rule only what came after that counts. */
async function hitsOf(ports: Ports, project: string, agent: string | undefined): Promise<RuleHits> {
  const retired = retiredAt(await updatesOf(ports, project));
  return ports.ledger.ask(({ review }) => {
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

/** Writes the rules file anew, then what agents read, then the fact. */
export async function writeRules(
  ports: Ports,
  { agent, ide, max_lines: maxLines }: Asked,
  cause: "update" | "retire",
  choose: (file: RulesFile, hits: RuleHits) => Readonly<{ rules: readonly ListedRule[]; retired: readonly string[] }>,
): Promise<RulesWrittenView> {
  const { surroundings, calendar, clock } = ports;
  const files = surroundings.projectFiles;
  const project = await surroundings.project();
  const file = parseRulesFile(await rulesText(files), rulesPath);
  const hits = await hitsOf(ports, project, agent);
  const { rules, retired } = choose(file, hits);
  const day = calendar.dayOf(clock.now().getTime());
  const next = rewriteRules(file, rules, { day, maxLines, path: rulesPath });
  await files.write(rulesPath, next.text);
  const installed = await install(files, next.text, ide);
  // The file stands first: without the fact the next update still has the right rules, while a fact without its file would claim
  // that a rule was taught.
  await recordRules(ports, project, {
    cause,
    file: rulesPath,
    version: next.version,
    rules: next.rules.map((rule) => ({ ...rule })),
    retired: [...retired],
  });
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
    installed,
  };
}
