import { unknownFormat } from "../../../../kernel/errors.ts";
import { mayHoldHalves, replacedWarnings, wholeText } from "../../../../kernel/repair-surrogates.ts";
import { parseJson, parsePythonJson } from "../../../shared/input/json.ts";
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
];

/**
 * A text to be read, whose JSON is parsed once. `replaced` returns warnings about strings in which broken Unicode was replaced.
 */
export function resultText(text: string, target: string, root: string): ResultText & Readonly<{ replaced(): readonly string[] }> {
  let parsed: ReturnType<typeof wholeText> | undefined;
  const whole = (parse: typeof parsePythonJson): ReturnType<typeof wholeText> => {
    if (parsed === undefined) {
      const value = parse(text, target);
      parsed = mayHoldHalves(text) ? wholeText(value) : { value, replaced: [] };
    }
    return parsed;
  };
  return {
    text,
    target,
    root,
    isXml: looksLikeXml(text),
    json: () => whole(parseJson).value,
    pythonJson: () => whole(parsePythonJson).value,
    replaced: () => replacedWarnings(parsed?.replaced ?? []),
  };
}

const titlesOf = (formats: readonly ResultFormat[]): string => formats.map(({ title }) => title).join(", ");
const lookedFor = (): readonly string[] => resultFormats.map(({ title }) => title);

/** Detects the format of a text; undefined when it matches none. @throws invalid_json, invalid_eval when it fits several */
export function formatOf(input: ResultText): ResultFormat | undefined {
  const claiming = resultFormats.filter((format) => format.claims(input));
  if (claiming.length > 1)
    throw unknownFormat("invalid_eval", input.target, `it fits several formats of results (${titlesOf(claiming)})`, lookedFor());
  return claiming[0];
}

/** Rejects a text of no known format. @throws invalid_json when it is not JSON either, else invalid_eval */
export function refuseUnknown(text: string, target: string): never {
  if (!looksLikeXml(text)) parseJson(text, target);
  throw unknownFormat("invalid_eval", target, "it is in none of the formats of results that are known", lookedFor());
}

/** Returns the format with an id, for callers that specify the format. */
export const formatById = (id: ResultFormat["id"]): ResultFormat | undefined => resultFormats.find((format) => format.id === id);
