import * as z from "zod";
import { evalBaseline } from "../features/evals/model/baseline.ts";
import { intakeUndone } from "../features/intake/model/undo.ts";
import { reviewResetUndone } from "../features/reviews/model/reset-facts.ts";
import { renameIds } from "../kernel/rename-ids.ts";
import { idSentAgain } from "./rechain.ts";
import type { Shared } from "./redact.ts";
import type { Remote } from "./remote.ts";

/*
 * Facts that are sent again have another id in the team than here. What names them is sent with that id, so that everybody finds them.
 */

/** Kinds of facts that name others, and count for nothing where those are not found. */
const naming: ReadonlySet<string> = new Set([reviewResetUndone.kind, intakeUndone.kind, evalBaseline.kind]);

/** The facts that some facts name and that whoever sent them has sent again, with the ids under which the team has them since. */
export async function namedAgain(
  { remote, team }: Readonly<{ remote: Pick<Remote, "placesOf">; team: string }>,
  some: readonly Shared[],
): Promise<ReadonlyMap<string, string>> {
  const named = some.flatMap(({ fact }) => (naming.has(fact.kind) ? Object.values(fact.data).flat() : []));
  const ids = named.flatMap((one) => z.uuid().safeParse(one).data ?? []);
  if (ids.length === 0) return new Map();
  const places = await remote.placesOf(
    team,
    [...ids, ...ids.map(idSentAgain)].map((id) => id.toLowerCase()),
  );
  return new Map(
    ids.flatMap((id) => {
      const again = idSentAgain(id);
      const [first, second] = [places.get(id.toLowerCase()), places.get(again)];
      const isOfOne = first !== undefined && second !== undefined && first.userId === second.userId;
      return isOfOne && first.device !== second.device ? [[id, again] as const] : [];
    }),
  );
}

/** What is shared of a fact, as it names others by the ids that the team has them under. */
export function namingAgain(shared: Shared, sentAgain: ReadonlyMap<string, string>): Shared {
  const data = naming.has(shared.fact.kind) ? renameIds(shared.fact.data, sentAgain) : shared.fact.data;
  return data === shared.fact.data ? shared : { fact: { ...shared.fact, data }, marks: ["again", ...shared.marks] };
}
