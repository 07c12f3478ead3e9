import canonicalize from "canonicalize";

/**
 * Canonical JSON (RFC 8785) of a JSON value: keys sorted by UTF-16 code units, no white space, ECMAScript numbers.
 *
 * `JSON.stringify` already writes strings and numbers as the RFC asks, so for nearly all values it is enough to sort the keys
 * first, which takes a third of the time of the library. Whatever that could get wrong (see `inKeyOrder`, and lone surrogates,
 * which come out as `\ud…` escapes) is left to the library, which also says what cannot be written.
 *
 * @throws Error for what JSON cannot carry: NaN, infinities, lone surrogates, cycles
 */
export function canonicalJson(value: unknown): string {
  const ordered = inKeyOrder(value, 0);
  if (ordered !== unsure) {
    const text = JSON.stringify(ordered);
    if (text !== undefined && !text.includes("\\ud")) return text;
  }
  const text = canonicalize(value);
  if (text === undefined) throw new Error("the value has no JSON form");
  return text;
}

const unsure = Symbol("unsure");
/** Cycles end here, and so does what would overflow the stack in any walk. */
const MAX_DEPTH = 200;

/**
 * The value with the keys of all objects in canonical order, `unsure` when plain objects cannot express that order (keys that
 * start with a digit are enumerated first, `__proto__` is no key) or when `JSON.stringify` would deviate from the library.
 */
function inKeyOrder(value: unknown, depth: number): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : unsure;
  if (typeof value !== "object" || depth > MAX_DEPTH) return unsure;
  return Array.isArray(value) ? itemsInKeyOrder(value, depth) : fieldsInKeyOrder(value, depth);
}

function itemsInKeyOrder(items: readonly unknown[], depth: number): unknown {
  const ordered: unknown[] = [];
  for (const item of items) {
    const inner = inKeyOrder(item, depth + 1);
    if (inner === unsure) return unsure;
    ordered.push(inner);
  }
  return ordered;
}

function fieldsInKeyOrder(object: object, depth: number): unknown {
  if ("toJSON" in object) return unsure;
  const fields = new Map<string, unknown>(Object.entries(object));
  const ordered: Record<string, unknown> = {};
  for (const key of [...fields.keys()].sort()) {
    const first = key.charCodeAt(0);
    if ((first >= 0x30 && first <= 0x39) || key === "__proto__") return unsure;
    const field = fields.get(key);
    if (field === undefined) continue;
    const inner = inKeyOrder(field, depth + 1);
    if (inner === unsure) return unsure;
    ordered[key] = inner;
  }
  return ordered;
}
