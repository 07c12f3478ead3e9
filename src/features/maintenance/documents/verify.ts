import * as doc from "../../../kernel/document.ts";
import type { RebuildView, StatusView, VerifyView } from "../../reviews/operations/views.ts";
import { coinText, streakText } from "../../shared/figures.ts";
import { unreadableFacts } from "../operations/sort-problems.ts";

type Problem = VerifyView["problems"][number];

function placeOf({ device, segment, offset, seq }: Problem, { t }: doc.Words): string {
  const parts = [
    device === null ? null : t("device {0}", device),
    segment === null ? null : t("segment {0}", segment),
    offset === null ? null : t("byte {0}", offset),
    seq === null ? null : t("fact {0}", seq),
  ];
  return parts.filter((part) => part !== null).join(", ");
}

function problemBlocks(problems: readonly Problem[], words: doc.Words): readonly doc.Block[] {
  if (problems.length === 0) return [];
  return [
    doc.list(
      problems.map((problem) => {
        const place = placeOf(problem, words);
        return { text: [doc.bad(problem.kind), "  ", problem.message], details: place === "" ? [] : [doc.muted(place)] };
      }),
    ),
    doc.paragraph(words.t("The journal is left as it is: facts that are whole still count, the others are skipped.")),
  ];
}

/** Facts of other members that cannot be read, counted by device. */
function warningBlocks(warnings: VerifyView["warnings"], words: doc.Words): readonly doc.Block[] {
  if (warnings.length === 0) return [];
  const { t, number } = words;
  return [
    doc.list(
      unreadableFacts(warnings).map(({ device, member, facts, first }) => ({
        text: [
          doc.caution(t("warning")),
          "  ",
          facts === 1
            ? t("{0} fact of device {1} of {2} cannot be read", number(facts), device, member)
            : t("{0} facts of device {1} of {2} cannot be read", number(facts), device, member),
        ],
        details: [doc.muted(first)],
      })),
    ),
  ];
}

/** The result of the verification: every problem, the devices and the recomputed totals. */
export function verifyDocument(view: VerifyView, words: doc.Words): doc.Document {
  const { t, number } = words;
  const checked = t(
    "{0} of {1}",
    doc.counted(words, view.facts, "{0} fact", "{0} facts"),
    doc.counted(words, view.devices.length, "{0} device", "{0} devices"),
  );
  const found = view.ok
    ? t("every hash, sequence and total is right")
    : doc.counted(words, view.problems.length, "{0} problem", "{0} problems");
  return [
    doc.paragraph([view.ok ? doc.good(t("OK")) : doc.bad(t("NOT OK")), `  ${checked}: ${found}`]),
    ...problemBlocks(view.problems, words),
    ...warningBlocks(view.warnings, words),
    ...(view.devices.length === 0
      ? []
      : [
          doc.table<VerifyView["devices"][number]>(
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
          doc.table<StatusView>(
            [
              { head: t("Agent"), shrink: 12, cell: ({ agent }) => agent },
              { head: t("Coins"), align: "right", cell: (agent) => coinText(agent.coins) },
              { head: t("Streak"), align: "right", cell: (agent) => streakText(agent.streak_pass, agent.streak_block, words) },
              { head: t("Runs"), align: "right", cell: ({ runs }) => number(runs) },
            ],
            view.agents,
          ),
        ]),
  ];
}

/** The number of facts from which the index was rebuilt. */
export const rebuildDocument = ({ facts }: RebuildView, words: doc.Words): doc.Document => [
  doc.paragraph(
    doc.counted(words, facts, "The index was built again from {0} fact.", "The index was built again from {0} facts."),
  ),
];
