import * as z from "zod";
import { defineKind } from "../fact.ts";

/** Everything recorded before this fact (in recording order) no longer counts, for one agent or (null) for all. */
export const reviewReset = defineKind("review.reset", z.looseObject({ agent: z.string().min(1).nullable() }));

/** A reset is taken back: the fact with the id `reset` has no effect any more. */
export const reviewResetUndone = defineKind("review.reset_undone", z.looseObject({ reset: z.uuid() }));
