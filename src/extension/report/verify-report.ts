import { unreadableFacts } from "../../features/maintenance/operations/own-problems.ts";
import type { StatusView, VerifyView } from "../../features/reviews/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { coins, streakText } from "../format/figures.ts";
import type { Translate } from "../format/translate.ts";

/** Problems listed in the report; the rest is counted. */
const shownProblems = 200;

/** The result of `verify` as a Markdown document. */
export function verifyReport(view: VerifyView, t: Translate): string {
  const sections = [
    `# ${t("Ledger Verification")}`,
    view.ok
      ? t("✓ Every fact is whole and every total agrees with its recomputation.")
      : t("✗ Problems found: {0}. Facts that are whole still count; nothing was changed.", view.problems.length),
    `## ${t("Devices")}`,
    table(
      [t("Device"), t("Facts"), t("Last hash")],
      ["left", "right", "left"],
      view.devices.map(({ device, name, facts, head }) => [
        plain(name === null ? device : `${name} (${device})`),
        String(facts),
        head === null ? "–" : `\`${head.slice(0, 16)}…\``,
      ]),
    ),
  ];
  if (view.problems.length > 0) {
    sections.push(
      `## ${t("Problems")}`,
      table(
        [t("Kind"), t("Device"), t("Segment"), t("Byte"), t("Fact"), t("What is wrong")],
        ["left", "left", "right", "right", "right", "left"],
        view.problems
          .slice(0, shownProblems)
          .map(({ kind, device, segment, offset, seq, message }) => [
            plain(kind),
            plain(device ?? "–"),
            numberCell(segment),
            numberCell(offset),
            numberCell(seq),
            plain(message),
          ]),
      ),
    );
    if (view.problems.length > shownProblems) sections.push(t("and {0} more", view.problems.length - shownProblems));
  }
  if (view.warnings.length > 0) {
    sections.push(
      `## ${t("Facts of Other Members That Cannot Be Read")}`,
      table(
        [t("Device"), t("Member"), t("Facts"), t("What is wrong")],
        ["left", "left", "right", "left"],
        unreadableFacts(view.warnings).map(({ device, member, facts, first }) => [
          plain(device),
          plain(member),
          String(facts),
          plain(first),
        ]),
      ),
    );
  }
  if (view.agents.length > 0) sections.push(`## ${t("Agents")}`, agentTable(view.agents, t));
  return `${sections.join("\n\n")}\n`;
}

const numberCell = (value: number | null): string => (value === null ? "–" : String(value));

/** Agents with their coins and streaks as a Markdown table. */
function agentTable(agents: readonly StatusView[], t: Translate): string {
  return table(
    [t("Agent"), t("Coins"), t("Streak"), t("Runs")],
    ["left", "right", "left", "right"],
    agents.map(({ agent, coins: value, streak_pass, streak_block, runs }) => [
      plain(agent),
      plain(coins(value)),
      plain(streakText(streak_pass, streak_block, t) ?? "–"),
      String(runs),
    ]),
  );
}
