import type { Bench } from "./bench.ts";
import { activation } from "./questions/activation.ts";
import { bundles } from "./questions/bundles.ts";
import { evals } from "./questions/evals.ts";
import { mcp } from "./questions/mcp.ts";
import { processes } from "./questions/processes.ts";
import { rebuild } from "./questions/rebuild.ts";
import { record } from "./questions/record.ts";
import { review } from "./questions/review.ts";
import { reviewChanges } from "./questions/review-changes.ts";
import { status } from "./questions/status.ts";
import { stores } from "./questions/stores.ts";
import { sync } from "./questions/sync.ts";
import { refold, trigger } from "./questions/sync-sql.ts";
import { transcripts } from "./questions/transcripts.ts";
import { trends } from "./questions/trends.ts";

/** All benches, in the order in which they run. */
export const benches: readonly Bench[] = [
  record,
  stores,
  evals,
  review,
  reviewChanges,
  status,
  processes,
  mcp,
  rebuild,
  trends,
  transcripts,
  sync,
  trigger,
  refold,
  activation,
  bundles,
];
