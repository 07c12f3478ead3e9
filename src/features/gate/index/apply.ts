import { toText } from "../../../ledger/index/codec.ts";
import { storePlace } from "../../../ledger/index/fact-places.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindHandler } from "../../index/session.ts";

export const gateRun: KindHandler<Contents["gate.ran"]> = {
  apply({ db }, { id, at, project, data }, place) {
    const cells = {
      fact: toText(id.toLowerCase()),
      at: toText(at),
      project: project === null ? null : toText(project),
      agent: toText(data.agent),
      verdict: data.verdict,
    };
    storePlace(db, "gate_runs", cells, place);
    return undefined;
  },
};
