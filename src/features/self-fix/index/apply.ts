import { toText } from "../../../ledger/index/codec.ts";
import { notePlace } from "../../../ledger/index/fact-places.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindInIndex } from "../../index/session.ts";

export const selfFixStepTaken: KindInIndex<Contents["self_fix.step"]> = {
  apply({ db }, { id, at, project, data }, place) {
    const cells = {
      fact: toText(id.toLowerCase()),
      feedback: toText(data.feedback),
      at: toText(at),
      project: project === null ? null : toText(project),
    };
    notePlace(db, "self_fix_steps", cells, place);
    return undefined;
  },
};
