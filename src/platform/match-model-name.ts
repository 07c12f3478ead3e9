import type { MatchLogic, ModelInfo } from "@pydantic/genai-prices";

/*
 * The price list finds models by patterns such as "begins with claude-opus-4-6", which also match fast mode, a batch or a longer
 * context, at prices of their own. So a pattern counts only if the rest of the name cannot change the price.
 */

/** The parts of a name that a pattern does not cover: before and after its match. */
type Unmatched = Readonly<{ before: string; after: string }>;

const none: Unmatched = { before: "", after: "" };
const lengthOf = ({ before, after }: Unmatched): number => before.length + after.length;

function splitAround(name: string, at: number, length: number): Unmatched | undefined {
  return at < 0 ? undefined : { before: name.slice(0, at), after: name.slice(at + length) };
}

function unmatchedParts(match: MatchLogic, name: string): Unmatched | undefined {
  if ("or" in match) {
    const rests = match.or.flatMap((part) => unmatchedParts(part, name) ?? []);
    return rests.toSorted((a, b) => lengthOf(a) - lengthOf(b))[0];
  }
  if ("and" in match) {
    const rests = match.and.map((part) => unmatchedParts(part, name));
    if (rests.includes(undefined)) return undefined;
    return rests.flatMap((rest) => rest ?? []).toSorted((a, b) => lengthOf(a) - lengthOf(b))[0];
  }
  if ("equals" in match) return name === match.equals.toLowerCase() ? none : undefined;
  if ("starts_with" in match) {
    const start = match.starts_with.toLowerCase();
    // A pattern that ends in a dash covers all models of a family.
    if (start.endsWith("-") && name.startsWith(start) && !variantPattern.test(name.slice(start.length))) return none;
    return name.startsWith(start) ? splitAround(name, 0, start.length) : undefined;
  }
  if ("ends_with" in match) {
    const end = match.ends_with.toLowerCase();
    return name.endsWith(end) ? splitAround(name, name.length - end.length, end.length) : undefined;
  }
  // A pattern that ends in `-0` ends within a version number; the whole number then counts as not covered.
  if ("contains" in match) {
    const part = match.contains.toLowerCase().replace(/-0$/, "");
    return splitAround(name, name.indexOf(part), part.length);
  }
  const found = new RegExp(match.regex).exec(name);
  return found === null ? undefined : splitAround(name, found.index, found[0].length);
}

/** Words for modes and tiers with a price of their own. */
const variantPattern =
  /(?:^|[-_:[@])(?:fast|batch|flex|priority|thinking|turbo|online|nitro|floor|free|long|\d+[km])(?:$|[-_:\]])/;

/** Region and vendor, as Bedrock writes them before a model's name. */
const knownPrefix = /^(?:(?:us|eu|apac|au|jp|ca|in|global)\.)?(?:[a-z0-9]+\.)?$/;

/** Dates, versions and other words after a name that do not change the price. */
const knownSuffix =
  /^(?:[-@:._]?(?:\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2}|\d{3,4}|latest|default|preview|exp|v\d+(?::\d{1,2})?|instruct|it|maas)|:\d{1,2})*$/;

/** Rewrites a date such as `-20250514` to `-2025-05-14`, as some lists write it. */
const withDashedDate = (name: string): string => name.replace(/-(20\d{2})(\d{2})(\d{2})(?=-|:|$)/, "-$1-$2-$3");

/** The model of a provider that a name refers to; undefined when there is none, or only one that the name is a variant of. */
export function findModel(models: readonly ModelInfo[], name: string): ModelInfo | undefined {
  const findBest = (spelling: string): ModelInfo | undefined =>
    models
      .flatMap((model) => {
        const rest = unmatchedParts(model.match, spelling);
        return rest !== undefined && knownPrefix.test(rest.before) && knownSuffix.test(rest.after)
          ? [{ model, length: lengthOf(rest) }]
          : [];
      })
      .toSorted((a, b) => a.length - b.length)[0]?.model;
  const dashed = withDashedDate(name);
  return findBest(name) ?? (dashed === name ? undefined : findBest(dashed));
}
