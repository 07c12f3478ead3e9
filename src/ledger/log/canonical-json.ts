import canonicalize from "canonicalize";

/** The canonical JSON of a value, and the value that parsing it returns, which shares no objects with the original. */
export type Canonical = Readonly<{ text: string; value: unknown }>;

/**
 * Canonical JSON (RFC 8785) of a JSON value: keys sorted by UTF-16 code units, no white space, ECMAScript numbers.
 *
 * `JSON.stringify` already writes strings and numbers as the RFC requires, so for nearly all values it is enough to sort the keys
 * first, which takes a third of the library's time. Cases that this could get wrong (see `inKeyOrder`, and lone surrogates, which
 * become `\ud…` escapes) are left to the library, which also throws for values that cannot be written.
 *
 * @throws Error for what JSON cannot carry: NaN, infinities, lone surrogates, cycles
 */
export function canonical(value: unknown): Canonical {
  const ordered = inKeyOrder(value, 0);
  if (ordered !== unsure) {
    const text = JSON.stringify(ordered);
    if (text !== undefined && !text.includes("\\ud")) return { text, value: ordered };
  }
  const text = canonicalize(value);
  if (text === undefined) throw new Error("the value has no JSON form");
  return { text, value: JSON.parse(text) };
}

/** The canonical JSON of a value alone. @throws Error for what JSON cannot carry */
export function canonicalJson(value: unknown): string {
  return canonical(value).text;
}

const unsure = Symbol("unsure");
/** Maximum depth of the walk: it stops cycles, and nesting that would overflow the stack. */
const MAX_DEPTH = 200;

/** Keys in canonical order; `unsure` where plain objects cannot express it. */
type Order = readonly string[] | typeof unsure;

const orderOf = (keys: readonly string[]): Order => (keys.every(keepsInsertionOrder) ? keys.toSorted() : unsure);

/** Like `orderOf`, for the objects of a list: caches the last result, because they mostly have the same keys. */
function cachedOrder(): typeof orderOf {
  let last: readonly string[] | undefined;
  let order: Order = unsure;
  return (keys) => {
    if (last === undefined || !isSameList(keys, last)) {
      last = keys;
      order = orderOf(keys);
    }
    return order;
  };
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * Whether an object enumerates a key in insertion order: keys that start with a digit may come first, and `__proto__` is not a
 * key.
 */
function keepsInsertionOrder(key: string): boolean {
  const first = key.charCodeAt(0);
  return (first < 0x30 || first > 0x39) && key !== "__proto__";
}

/**
 * A copy of the value with the keys of all objects in canonical order; `unsure` when plain objects cannot express that order or
 * when `JSON.stringify` would deviate from the library.
 */
function inKeyOrder(value: unknown, depth: number, order = orderOf): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  // Adding zero turns -0 into 0, which is what is written for it.
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : unsure;
  if (typeof value !== "object" || depth > MAX_DEPTH) return unsure;
  if (Array.isArray(value)) return itemsInKeyOrder(value, depth);
  return isPlain(value) ? fieldsInKeyOrder(value, depth, order(Object.keys(value))) : unsure;
}

function itemsInKeyOrder(items: readonly unknown[], depth: number): unknown {
  const ordered: unknown[] = [];
  const order = cachedOrder();
  for (const item of items) {
    const inner = inKeyOrder(item, depth + 1, order);
    if (inner === unsure) return unsure;
    ordered.push(inner);
  }
  return ordered;
}

function fieldsInKeyOrder(fields: Readonly<Record<string, unknown>>, depth: number, order: Order): unknown {
  if (order === unsure) return unsure;
  const ordered: Record<string, unknown> = {};
  for (const key of order) {
    const field = fields[key];
    if (field === undefined) continue;
    const inner = inKeyOrder(field, depth + 1);
    if (inner === unsure) return unsure;
    ordered[key] = inner;
  }
  return ordered;
}

/** Whether an object's JSON form consists of its fields: it has no `toJSON`. */
function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  return !("toJSON" in value);
}
