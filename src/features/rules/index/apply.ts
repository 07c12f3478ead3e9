import { toBlob, toText } from "../../../ledger/index/codec.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindInIndex } from "../../index/session.ts";

export const rulesUpdate: KindInIndex<Contents["rules.updated"]> = {
  apply({ db }, { id, project }, { device, segment, offset, length }) {
    // A fact that was moved to another log stands at its newest place.
    db.run("INSERT OR REPLACE INTO rules_updates (fact, project, device, segment, offset, length) VALUES (?, ?, ?, ?, ?, ?)", [
      toBlob(id),
      project === null ? null : toText(project),
      device,
      segment,
      offset,
      length,
    ]);
    return undefined;
  },
};
