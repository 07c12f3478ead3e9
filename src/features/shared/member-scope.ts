import * as z from "zod";
import { notFound, usage } from "../../kernel/errors.ts";
import type { OwnerScope, Ports } from "../../ports/ports.ts";

/** Input keys that select whose runs an answer is about. Default: the user's own. */
export const memberScopeKeys = {
  team: z.boolean().default(false).describe("Runs of all members of the team, as of the last sync"),
  member: z.string().trim().min(1).optional().describe("Runs of this member of the team (email address)"),
};

/** @throws not_found, usage */
export async function memberScopeOf(
  { people }: Pick<Ports, "people">,
  { team, member }: Readonly<{ team: boolean; member?: string | undefined }>,
): Promise<OwnerScope> {
  if (member === undefined) return team ? "team" : "mine";
  if (team) throw usage("Wrong use of --team: --team and --member exclude each other", "Give only one of them.");
  const normalized = member.toLowerCase();
  const person = (await people()).find(({ email, user }) => email?.toLowerCase() === normalized || user === normalized);
  if (person !== undefined) return { only: person.devices };
  throw notFound(`the member ${member}`, "`reward-ledger team members` lists them; run `reward-ledger sync now` first.");
}
