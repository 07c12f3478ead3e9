import { toText } from "../../../ledger/index/codec.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindInIndex } from "../../index/session.ts";

export const selfFixStepTaken: KindInIndex<Contents["self_fix.step"]> = {
  apply({ db }, { id, at, project, data }, { device, segment, offset, length }) {
    // A fact that was moved to another log stands at its newest place.
    db.run(
      "INSERT OR REPLACE INTO self_fix_steps (fact, feedback, at, project, device, segment, offset, length) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      [
        toText(id.toLowerCase()),
        toText(data.feedback),
        toText(at),
        project === null ? null : toText(project),
        device,
        segment,
        offset,
        length,
      ],
    );
    return undefined;
  },
};
