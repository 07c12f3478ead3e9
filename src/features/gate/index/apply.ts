import { toText } from "../../../ledger/index/codec.ts";
import { notePlace } from "../../../ledger/index/fact-places.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindInIndex } from "../../index/session.ts";

export const gateRun: KindInIndex<Contents["gate.ran"]> = {
  apply({ db }, { id, at, project, data }, place) {
    const cells = {
      fact: toText(id.toLowerCase()),
      at: toText(at),
      project: project === null ? null : toText(project),
      agent: toText(data.agent),
      verdict: data.verdict,
    };
    notePlace(db, "gate_runs", cells, place);
    return undefined;
  },
};
