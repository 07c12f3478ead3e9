import { unknownFormat } from "../../../../kernel/errors.ts";
import { mayHoldSurrogates, repairTexts, replacementWarnings } from "../../../../kernel/repair-surrogates.ts";
import { parseJson, parsePythonJson } from "../../../shared/input/json.ts";
import { isJsonSequence } from "../../../shared/input/split-json.ts";
import { looksLikeXml } from "../../../shared/input/xml.ts";
import { braintrust } from "./braintrust.ts";
import { ctrf } from "./ctrf.ts";
import { evalite } from "./evalite.ts";
import { legacy, standard } from "./evals.ts";
import type { ResultFormat, ResultText } from "./format.ts";
import { inspect } from "./inspect.ts";
import { jest } from "./jest.ts";
import { junit } from "./junit.ts";
import { langfuse } from "./langfuse.ts";
import { mocha } from "./mocha.ts";
import { playwright } from "./playwright.ts";
import { promptfoo } from "./promptfoo.ts";
import { pytest } from "./pytest.ts";
import { sweBench } from "./swe-bench.ts";
import { tap } from "./tap.ts";

/** Every format of results that is read. The format of a text is detected by its content; messages list formats in this order. */
export const resultFormats: readonly ResultFormat[] = [
  standard,
  legacy,
  junit,
  jest,
  playwright,
  mocha,
  pytest,
  ctrf,
  tap,
  promptfoo,
  inspect,
  evalite,
  braintrust,
  langfuse,
  sweBench,
];

/**
 * A text to be read, whose JSON is parsed once. `replaced` returns warnings about strings in which broken Unicode was replaced.
 */
export function resultText(text: string, target: string, root: string): ResultText & Readonly<{ replaced(): readonly string[] }> {
  let parsed: ReturnType<typeof repairTexts> | undefined;
  const parseOnce = (parse: typeof parsePythonJson): ReturnType<typeof repairTexts> => {
    if (parsed === undefined) {
      const value = parse(text, target);
      parsed = mayHoldSurrogates(text) ? repairTexts(value) : { value, replaced: [] };
    }
    return parsed;
  };
  return {
    text,
    target,
    root,
    isXml: looksLikeXml(text),
    json: () => parseOnce(parseJson).value,
    pythonJson: () => parseOnce(parsePythonJson).value,
    replaced: () => replacementWarnings(parsed?.replaced ?? []),
  };
}

const titlesOf = (formats: readonly ResultFormat[]): string => formats.map(({ title }) => title).join(", ");
const formatTitles = (): readonly string[] => resultFormats.map(({ title }) => title);

/** Detects the format of a text; undefined when it matches none. @throws invalid_json, invalid_eval when it fits several */
export function detectResultFormat(input: ResultText): ResultFormat | undefined {
  const matches = resultFormats.filter((format) => format.claims(input));
  if (matches.length > 1)
    throw unknownFormat(
      "invalid_eval",
      input.target,
      `it fits several formats of results (${titlesOf(matches)})`,
      formatTitles(),
    );
  return matches[0];
}

/** Whether a text is empty or begins as JSON does. YAML, CSV and other texts do not. */
const beginsAsJson = /^\s*(?:[[{]|$)/;

/** Rejects a text of no known format. @throws invalid_json when it is meant as JSON and is not valid, else invalid_eval */
export function rejectUnknownFormat(text: string, target: string): never {
  if (beginsAsJson.test(text) && !isJsonSequence(text)) parseJson(text, target);
  throw unknownFormat("invalid_eval", target, "it is in none of the formats of results that are known", formatTitles());
}

/** Returns the format with an id, for callers that specify the format. */
export const formatById = (id: ResultFormat["id"]): ResultFormat | undefined => resultFormats.find((format) => format.id === id);
