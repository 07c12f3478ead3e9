import * as z from "zod";
import type { EvalSpendingView } from "../eval-panel-views.ts";
import { defineOperation } from "../operation.ts";
import { whoseOf } from "../whose.ts";
import { membersOf, panelFrame, panelKeys, panelSpan } from "./panel.ts";

export const evalSpending = defineOperation({
  name: "eval spending",
  summary: "Show what evals cost over time and by model",
  input: z.object(panelKeys),
  writes: false,
  async run(ports, choice): Promise<EvalSpendingView> {
    const { ledger, calendar, clock } = ports;
    const span = panelSpan(calendar, clock.now(), choice);
    const [whose, members] = await Promise.all([whoseOf(ports, choice), membersOf(ports)]);
    return ledger.ask((queries) => panelFrame(queries, calendar, span, members), whose);
  },
});
