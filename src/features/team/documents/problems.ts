import { action, type Block, bad, group, list, muted, paragraph, type Words } from "../../../kernel/document.ts";
import type { SyncProblem } from "../../../ports/sync.ts";

/** Shown if no team is set up. */
export const notSetUpBlock = ({ t }: Pick<Words, "t">): Block =>
  group(
    paragraph(t("Sync is not set up here. Nothing leaves this machine.")),
    action(t("Set it up"), "reward-ledger sync setup --url URL --anon-key KEY --team SLUG"),
  );

/** Lists each problem with its hint. */
export const problemBlocks = (problems: readonly SyncProblem[]): readonly Block[] =>
  problems.length === 0
    ? []
    : [list(problems.map(({ kind, message, hint }) => ({ text: [bad(kind), "  ", message], details: [muted(hint)] })))];
