import * as z from "zod";

/** A program and its arguments; no shell interprets them. */
export const command = z.array(z.string().min(1)).min(1).readonly();
export type Command = z.infer<typeof command>;
