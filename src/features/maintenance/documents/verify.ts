import {
  type Block,
  bad,
  caution,
  counted,
  type Document,
  good,
  list,
  muted,
  paragraph,
  table,
  type Words,
} from "../../../kernel/document.ts";
import type { RebuildView, StatusView, VerifyView } from "../../reviews/operations/views.ts";
import { coins, streakText } from "../../shared/figures.ts";
import { unreadableFacts } from "../operations/own-problems.ts";

type Problem = VerifyView["problems"][number];

function placeOf({ device, segment, offset, seq }: Problem, { t }: Words): string {
  const parts = [
    device === null ? null : t("device {0}", device),
    segment === null ? null : t("segment {0}", segment),
    offset === null ? null : t("byte {0}", offset),
    seq === null ? null : t("fact {0}", seq),
  ];
  return parts.filter((part) => part !== null).join(", ");
}

function problemBlocks(problems: readonly Problem[], words: Words): readonly Block[] {
  if (problems.length === 0) return [];
  return [
    list(
      problems.map((problem) => {
        const place = placeOf(problem, words);
        return { text: [bad(problem.kind), "  ", problem.message], details: place === "" ? [] : [muted(place)] };
      }),
    ),
    paragraph(words.t("The journal is left as it is: facts that are whole still count, the others are skipped.")),
  ];
}

/** Facts of other members that cannot be read, counted by device. */
function warningBlocks(warnings: VerifyView["warnings"], words: Words): readonly Block[] {
  if (warnings.length === 0) return [];
  const { t, number } = words;
  return [
    list(
      unreadableFacts(warnings).map(({ device, member, facts, first }) => ({
        text: [
          caution(t("warning")),
          "  ",
          facts === 1
            ? t("{0} fact of device {1} of {2} cannot be read", number(facts), device, member)
            : t("{0} facts of device {1} of {2} cannot be read", number(facts), device, member),
        ],
        details: [muted(first)],
      })),
    ),
  ];
}

/** What was checked and found: every problem, the devices and the recomputed totals. */
export function verifyDocument(view: VerifyView, words: Words): Document {
  const { t, number } = words;
  const checked = t(
    "{0} of {1}",
    counted(words, view.facts, "{0} fact", "{0} facts"),
    counted(words, view.devices.length, "{0} device", "{0} devices"),
  );
  const found = view.ok
    ? t("every hash, sequence and total is right")
    : counted(words, view.problems.length, "{0} problem", "{0} problems");
  return [
    paragraph([view.ok ? good(t("OK")) : bad(t("NOT OK")), `  ${checked}: ${found}`]),
    ...problemBlocks(view.problems, words),
    ...warningBlocks(view.warnings, words),
    ...(view.devices.length === 0
      ? []
      : [
          table<VerifyView["devices"][number]>(
            [
              { head: t("Device"), shrink: 12, cell: ({ device }) => device },
              { head: t("Name"), shrink: 8, cell: ({ name }) => name ?? "-" },
              { head: t("Facts"), align: "right", cell: ({ facts }) => number(facts) },
              { head: t("Last hash"), cell: ({ head }) => head?.slice(0, 12) ?? "-" },
            ],
            view.devices,
          ),
        ]),
    ...(view.agents.length === 0
      ? []
      : [
          table<StatusView>(
            [
              { head: t("Agent"), shrink: 12, cell: ({ agent }) => agent },
              { head: t("Coins"), align: "right", cell: (agent) => coins(agent.coins) },
              { head: t("Streak"), align: "right", cell: (agent) => streakText(agent.streak_pass, agent.streak_block, words) },
              { head: t("Runs"), align: "right", cell: ({ runs }) => number(runs) },
            ],
            view.agents,
          ),
        ]),
  ];
}

/** From how many facts the index was built. */
export const rebuildDocument = ({ facts }: RebuildView, words: Words): Document => [
  paragraph(counted(words, facts, "The index was built again from {0} fact.", "The index was built again from {0} facts.")),
];
