import * as z from "zod";
import { evalBaseline } from "../features/evals/model/baseline.ts";
import { intakeUndone } from "../features/intake/model/undo.ts";
import { reviewResetUndone } from "../features/reviews/model/reset-facts.ts";
import { renameIds } from "../kernel/rename-ids.ts";
import { resentId } from "./rechain.ts";
import type { SharedContent } from "./redact.ts";
import type { Remote } from "./remote.ts";

/*
 * Facts that are sent again have a different id in the team than here. References to them are sent with that id, so that others
 * can resolve them.
 */

/** Kinds of facts that reference other facts and have no effect where those are not found. */
const referencingKinds: ReadonlySet<string> = new Set([reviewResetUndone.kind, intakeUndone.kind, evalBaseline.kind]);

/** Finds facts that are referenced by some facts and were sent again by their sender. @returns their new ids by old id */
export async function findResentIds(
  { remote, team }: Readonly<{ remote: Pick<Remote, "placesOf">; team: string }>,
  some: readonly SharedContent[],
): Promise<ReadonlyMap<string, string>> {
  const references = some.flatMap(({ fact }) => (referencingKinds.has(fact.kind) ? Object.values(fact.data).flat() : []));
  const ids = references.flatMap((one) => z.uuid().safeParse(one).data ?? []);
  if (ids.length === 0) return new Map();
  const places = await remote.placesOf(
    team,
    [...ids, ...ids.map(resentId)].map((id) => id.toLowerCase()),
  );
  return new Map(
    ids.flatMap((id) => {
      const newId = resentId(id);
      const [first, second] = [places.get(id.toLowerCase()), places.get(newId)];
      const isSameUser = first !== undefined && second !== undefined && first.userId === second.userId;
      return isSameUser && first.device !== second.device ? [[id, newId] as const] : [];
    }),
  );
}

/** Replaces references to facts that were sent again with the ids that the team has them under. */
export function replaceResentIds(shared: SharedContent, sentAgain: ReadonlyMap<string, string>): SharedContent {
  const data = referencingKinds.has(shared.fact.kind) ? renameIds(shared.fact.data, sentAgain) : shared.fact.data;
  return data === shared.fact.data ? shared : { fact: { ...shared.fact, data }, marks: ["again", ...shared.marks] };
}
