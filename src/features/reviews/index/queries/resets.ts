import { int } from "../../../../ledger/index/codec.ts";
import type { ReviewQueries } from "../../model/queries.ts";
import type { QueryContext } from "./context.ts";

/** Resets in force: personal ones, oldest first, then the team's; with an agent, those that apply to it. */
export const resets =
  ({ db, memory }: QueryContext): ReviewQueries["resets"] =>
  (agent) => {
    const countHiddenBy = (id: number): number => int(db.get("SELECT count(*) FROM runs WHERE hidden_by = ?", [id]) ?? [], 0);
    return [
      ...memory.inForce().map((reset) => ({ ...reset, at: reset.recording.at, number: reset.id, team: false })),
      ...memory.teamResets().map((reset) => ({ ...reset, factId: reset.id, number: -reset.number, team: true })),
    ]
      .filter((reset) => agent === undefined || reset.agent === null || reset.agent === agent)
      .map(({ factId, agent: resetAgent, at, number, team }) => ({
        factId,
        agent: resetAgent,
        at: Date.parse(at),
        hiddenRuns: countHiddenBy(number),
        team,
      }));
  };
