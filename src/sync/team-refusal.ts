import type { TeamRefusal } from "../kernel/errors.ts";

/** An operation on a team. */
export type TeamVerb = "create" | "add" | "remove" | "answer" | "set" | "reset";

/** Meaning of the codes with which the server's functions refuse (supabase/migrations), by operation. */
const refusals: Readonly<Record<TeamVerb, Readonly<Record<string, TeamRefusal>>>> = {
  create: { "23505": "slug_taken", "22023": "bad_team", "42501": "nobody" },
  add: { PT404: "not_signed_up", PT409: "last_owner", "22023": "bad_role", "42501": "not_allowed" },
  remove: { PT404: "no_member", PT409: "last_owner", "42501": "not_allowed" },
  answer: { PT404: "no_invitation", "42501": "nobody" },
  set: { "22023": "bad_key", "42501": "not_allowed" },
  reset: { PT404: "nothing_to_reset", "42501": "owners_only" },
};

/** Returns why an operation on a team was refused; null if the code is not known. */
export const teamRefusalOf = (verb: TeamVerb, code: string | null): TeamRefusal | null =>
  code !== null && Object.hasOwn(refusals[verb], code) ? (refusals[verb][code] ?? null) : null;
