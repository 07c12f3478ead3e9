import { toText } from "../../../ledger/index/codec.ts";
import { storePlace } from "../../../ledger/index/fact-places.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindHandler } from "../../index/session.ts";

export const selfFixStepTaken: KindHandler<Contents["self_fix.step"]> = {
  apply({ db }, { id, at, project, data }, place) {
    const cells = {
      fact: toText(id.toLowerCase()),
      feedback: toText(data.feedback),
      at: toText(at),
      project: project === null ? null : toText(project),
    };
    storePlace(db, "self_fix_steps", cells, place);
    return undefined;
  },
};
