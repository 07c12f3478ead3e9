import type { Sha256 } from "./cache.ts";
import type { EvalRun } from "./run.ts";
import { writeEvalRun } from "./write.ts";

/** A copy whose objects list their keys in one order, whatever order they were written in. */
function ordered(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(fields).sort()) {
    // Assigning to this name would set the prototype instead of a field.
    if (name === "__proto__") Object.defineProperty(copy, name, { value: ordered(fields[name]), enumerable: true });
    else copy[name] = ordered(fields[name]);
  }
  return copy;
}

/**
 * What makes a run the same run: the SHA-256 of its standard form, whatever file format, order of keys or white space it was
 * written with. A legacy file and its conversion are one run. The file form is taken, not the internal one, so that the identity
 * stays when a later version gives a field of its own to what is unknown today.
 */
export const contentSha256 = (run: EvalRun, sha256: Sha256): string =>
  sha256([new TextEncoder().encode(JSON.stringify(ordered(writeEvalRun(run, "standard"))))]);
