import { toBlob, toText } from "../../../ledger/index/codec.ts";
import { storePlace } from "../../../ledger/index/fact-places.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindHandler } from "../../index/session.ts";

export const rulesUpdate: KindHandler<Contents["rules.updated"]> = {
  apply({ db }, { id, project }, place) {
    storePlace(db, "rules_updates", { fact: toBlob(id), project: project === null ? null : toText(project) }, place);
    return undefined;
  },
};
