import { toBlob, toText } from "../../../ledger/index/codec.ts";
import { notePlace } from "../../../ledger/index/fact-places.ts";
import type { Contents } from "../../facts/kinds.ts";
import type { KindInIndex } from "../../index/session.ts";

export const rulesUpdate: KindInIndex<Contents["rules.updated"]> = {
  apply({ db }, { id, project }, place) {
    notePlace(db, "rules_updates", { fact: toBlob(id), project: project === null ? null : toText(project) }, place);
    return undefined;
  },
};
