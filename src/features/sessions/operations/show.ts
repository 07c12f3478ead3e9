import * as z from "zod";
import { sessions } from "../../agent/model/sessions.ts";
import { trimmedText } from "../../agent/operations/fields.ts";
import { dollarsOf, keyByPrefix, requireRow } from "../../agent/operations/rows.ts";
import { defineOperation } from "../../shared/operation.ts";
import { sessionDocument } from "../documents/session.ts";
import { durationMs } from "../model/duration.ts";
import type { SessionView } from "./views.ts";

export const sessionsShow = defineOperation({
  name: "sessions show",
  summary: "Show one session: duration, cost, tools and files",
  input: z.object({ id: trimmedText.describe("Its id, or the start of it") }),
  positional: ["id"],
  effect: "read",
  examples: [{ run: "reward-ledger sessions show 019b2f00-…", does: "one session" }],
  document: sessionDocument,
  run: ({ ledger }, { id }): Promise<SessionView> =>
    ledger.ask((queries) => {
      const row = requireRow(queries, sessions, keyByPrefix(queries, sessions, id));
      const [spent] = queries.agent.spendOfSessions([row.session_id]);
      return {
        ...row,
        duration_ms: durationMs(row),
        calls: spent?.calls ?? 0,
        unpriced_calls: spent?.unpriced_calls ?? 0,
        usd: dollarsOf(spent?.usd_micros ?? 0),
      };
    }),
});
