import type { TeamRefusal } from "../kernel/errors.ts";

/** What is done to a team. */
export type TeamVerb = "create" | "add" | "remove" | "answer" | "set" | "reset";

/** What the codes mean that the server's functions refuse with (supabase/migrations). */
const refusals: Readonly<Record<TeamVerb, Readonly<Record<string, TeamRefusal>>>> = {
  create: { "23505": "slug_taken", "22023": "bad_team", "42501": "nobody" },
  add: { PT404: "not_signed_up", PT409: "last_owner", "22023": "bad_role", "42501": "not_allowed" },
  remove: { PT404: "no_member", PT409: "last_owner", "42501": "not_allowed" },
  answer: { PT404: "no_invitation", "42501": "nobody" },
  set: { "22023": "bad_key", "42501": "not_allowed" },
  reset: { PT404: "nothing_to_reset", "42501": "owners_only" },
};

/** Why something was not done to a team; null where the code does not tell. */
export const teamRefusalOf = (verb: TeamVerb, code: string | null): TeamRefusal | null =>
  code !== null && Object.hasOwn(refusals[verb], code) ? (refusals[verb][code] ?? null) : null;
