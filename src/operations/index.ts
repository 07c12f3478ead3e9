import { agents } from "./agents.ts";
import { breaking } from "./breaking.ts";
import { doctor } from "./doctor.ts";
import { exportRuns } from "./export.ts";
import { history } from "./history.ts";
import { importRuns } from "./import.ts";
import type { Operation } from "./operation.ts";
import { rebuild } from "./rebuild.ts";
import { reset } from "./reset.ts";
import { score } from "./score.ts";
import { show } from "./show.ts";
import { status } from "./status.ts";
import { sync } from "./sync.ts";
import { syncBrowser } from "./sync-browser.ts";
import { team } from "./team.ts";
import { trends } from "./trends.ts";
import { update } from "./update.ts";
import { verify } from "./verify.ts";
import { violations } from "./violations.ts";

/** Every verb of the product, in the order in which help lists them. */
export const operations = [
  update,
  status,
  agents,
  history,
  show,
  violations,
  breaking,
  trends,
  score,
  importRuns,
  exportRuns,
  reset,
  verify,
  doctor,
  rebuild,
  sync,
  syncBrowser,
  team,
] as const;

type AnyOperation = (typeof operations)[number];
export type OperationName = AnyOperation["name"];
type OperationOf<Name extends OperationName> = Extract<AnyOperation, { name: Name }>;

/** What an operation takes, before its defaults are filled in. */
export type OperationInput<Name extends OperationName> =
  OperationOf<Name> extends Operation<Name, infer Input, unknown> ? Input["_zod"]["input"] : never;
/** What an operation answers. */
export type OperationView<Name extends OperationName> = Awaited<ReturnType<OperationOf<Name>["call"]>>;

/** The operation of a name that came over a wire. */
export const findOperation = (name: string): AnyOperation | undefined => operations.find((one) => one.name === name);
