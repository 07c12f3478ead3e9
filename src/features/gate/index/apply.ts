import { toText } from "../../../ledger/index/codec.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindInIndex } from "../../index/session.ts";

export const gateRun: KindInIndex<Contents["gate.ran"]> = {
  apply({ db }, { id, at, project }, { device, segment, offset, length }) {
    // A fact that was moved to another log stands at its newest place.
    db.run("INSERT OR REPLACE INTO gate_runs (fact, at, project, device, segment, offset, length) VALUES (?, ?, ?, ?, ?, ?, ?)", [
      toText(id.toLowerCase()),
      toText(at),
      project === null ? null : toText(project),
      device,
      segment,
      offset,
      length,
    ]);
    return undefined;
  },
};
