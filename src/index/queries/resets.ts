import type { ReviewQueries } from "../../domain/review/queries.ts";
import { int } from "../codec.ts";
import type { QueryContext } from "./context.ts";

/** Resets in force, oldest first; with an agent those that concern it. */
export const resets =
  ({ db, memory }: QueryContext): ReviewQueries["resets"] =>
  (agent) =>
    memory
      .inForce()
      .filter((reset) => agent === undefined || reset.agent === null || reset.agent === agent)
      .map(({ id, factId, agent: of, recording }) => ({
        factId,
        agent: of,
        at: Date.parse(recording.at),
        hiddenRuns: int(db.get("SELECT count(*) FROM runs WHERE hidden_by = ?", [id]) ?? [], 0),
      }));
