import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as z from "zod";
import { answerSchemaFile } from "../../scripts/docs/answers.ts";
import { readExpected } from "../golden/expected.ts";
import { checkAnswer } from "../support/answers.ts";

const file = join(import.meta.dirname, "..", "..", "docs", "answers.schema.json");

it("the schema of command answers is up to date (else run `npm run docs`)", async () => {
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(await answerSchemaFile()));
});

const asked = z.array(z.object({ $: z.string(), exit: z.int(), json: z.unknown() }));
const answers = [...(await readExpected())].flatMap(([name, text]) =>
  /^[^/]*\.json$/.test(name) ? asked.parse(JSON.parse(text)).map(({ $, json }) => [$, json] as const) : [],
);

it.each(answers)("the schema matches the answer to: %s", (line, answer) => {
  checkAnswer(line.split(" "), answer);
});
