import type { IntakeBatchView, IntakeChangeView } from "../../features/intake/operations/intake.ts";
import type { Style } from "../../render/terminal/style.ts";
import { absolute } from "../../render/terminal/time.ts";
import { coinChange } from "./figures.ts";
import { latestOf } from "./latest.ts";
import { renderRows } from "./sync.ts";
import { count } from "./text.ts";

/** How much of the ids of batches tells them apart. */
function idLength(batches: readonly IntakeBatchView[]): number {
  let length = 8;
  while (length < 36 && new Set(batches.map(({ batch }) => batch.slice(0, length))).size < batches.length) length += 1;
  return length;
}

function stateOf({ taken_back, reviews, evals }: IntakeBatchView): string {
  if (taken_back === 0) return "counts";
  return taken_back === reviews + evals ? "taken back" : `${taken_back} taken back`;
}

/** What was recorded automatically, batch by batch. */
export function renderBatches(batches: readonly IntakeBatchView[], style: Style): string {
  if (batches.length === 0) return "Nothing was recorded automatically.";
  const length = idLength(batches);
  const rows = batches.map((one) => ({
    Batch: one.batch.slice(0, length),
    Recorded: absolute(one.at, style),
    Projects: one.projects.join(", "),
    Reviews: one.reviews,
    Evals: one.evals,
    Coins: coinChange(one.coins),
    State: stateOf(one),
  }));
  return `${renderRows(rows, style)}\nTake one back with:  reward-ledger intake undo BATCH`;
}

/** The same of the latest batches only. */
export const renderLatestBatches = latestOf(renderBatches, "batches");

export const renderUndo = ({ recordings, coins }: IntakeChangeView, { colors }: Style): string =>
  `${colors.green("Taken back")}: ${count(recordings, "automatic recording")} no longer ${recordings === 1 ? "counts" : "count"} (${coinChange(coins)} coins)\nNothing was destroyed. Count them again with:  reward-ledger intake redo`;

export const renderRedo = ({ recordings, coins }: IntakeChangeView, { colors }: Style): string =>
  `${colors.green("Undone")}: ${count(recordings, "automatic recording")} ${recordings === 1 ? "counts" : "count"} again (${coinChange(coins)} coins)`;
