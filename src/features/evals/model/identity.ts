import type { Sha256 } from "./cache.ts";
import type { EvalRun } from "./run.ts";
import { writeEvalRun } from "./write.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** Returns a copy whose objects have sorted keys, regardless of the order in which they were written. */
function sortKeys(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    // Assigning to this name would set the prototype instead of a field.
    if (name === "__proto__") Object.defineProperty(copy, name, { value: sortKeys(value[name]), enumerable: true });
    else copy[name] = sortKeys(value[name]);
  }
  return copy;
}

/**
 * Returns the identity of a run: the SHA-256 of its standard form, independent of file format, order of keys and white space. A
 * legacy file and its conversion are the same run. The file form is hashed, not the internal one, so that the identity stays the
 * same when a later version adds a field for data that is unknown to this one.
 */
export const contentSha256 = (run: EvalRun, sha256: Sha256): string =>
  sha256([new TextEncoder().encode(JSON.stringify(sortKeys(writeEvalRun(run, "standard"))))]);
