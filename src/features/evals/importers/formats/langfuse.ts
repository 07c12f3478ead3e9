import * as z from "zod";
import { invalidEval } from "../../../../kernel/errors.ts";
import { parseTimestamp } from "../../../../kernel/timestamp.ts";
import { listSchema, requireSingle, rowsOf } from "./exported-rows.ts";
import { claimsJson, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import { buildRun, groupBy, maybe, optionalField, type ResultTest, readEntries } from "./result-run.ts";
import { scoresOf, scoreVerdictWarning, verdictFromScores } from "./scores.ts";

/** Scores that are words, such as categories, are not numbers. */
const score = z.object({
  name: z.string(),
  value: z.union([z.number(), z.boolean(), z.string()]).nullish(),
  timestamp: maybe(z.string()),
});

/** An item of an experiment, as `GET /api/public/experiment-items` gives it. */
const item = z.object({
  experimentId: z.string(),
  experimentItemId: z.string(),
  traceId: z.string(),
  startTime: z.string(),
  endTime: maybe(z.string()),
  level: maybe(z.string()),
  experimentName: maybe(z.string()),
  experimentDatasetId: maybe(z.string()),
  scores: maybe(z.array(score)),
});

type Item = z.infer<typeof item>;

const listFields = ["data"];
const signature = listSchema(item.pick({ experimentId: true, experimentItemId: true, traceId: true }), listFields);
const page = z.object({ meta: z.object({ cursor: z.string().min(1) }) });

const numberOf = (value: z.infer<typeof score>["value"]): number | undefined =>
  typeof value === "boolean" ? Number(value) : typeof value === "number" ? value : undefined;

const startOf = ({ startTime }: Item): number => parseTimestamp(startTime) ?? 0;

function testOf(one: Item): ResultTest {
  // If there are several scores of one name, on the item and on its trace, the latest counts.
  const latestLast = (one.scores ?? []).toSorted((a, b) => (a.timestamp ?? "").localeCompare(b.timestamp ?? "", "en"));
  const scores = scoresOf(latestLast.map(({ name, value }) => [name, numberOf(value)]));
  const [start, end] = [parseTimestamp(one.startTime), parseTimestamp(one.endTime ?? "")];
  return {
    name: `item ${one.experimentItemId}`,
    passed: one.level === "ERROR" ? false : verdictFromScores(scores),
    ...(start === undefined || end === undefined ? {} : { duration_ms: Math.max(0, end - start) }),
    ...optionalField("judge_scores", scores),
  };
}

function read(input: ResultText): ReadResults {
  const { target } = input;
  const value = input.json();
  const rows = rowsOf(value, listFields);
  if (rows === undefined) throw invalidEval(target, ["it has no list of items of an experiment"]);
  const warnings: string[] = [];
  const items = readEntries(item, rows, "data", (message) => void warnings.push(message));
  requireSingle(
    items.map(({ experimentId }) => experimentId),
    "experiments",
    target,
  );
  // Repeats of an item are attempts at one test.
  const tests = [...groupBy(items, ({ experimentItemId }) => experimentItemId).values()].flatMap((repeats) =>
    repeats.toSorted((a, b) => startOf(a) - startOf(b)).map(testOf),
  );
  const [first] = items.toSorted((a, b) => startOf(a) - startOf(b));
  const isOnePage = page.safeParse(value).success;
  return buildRun(target, {
    format: "langfuse",
    tier: first?.experimentDatasetId === undefined ? "langfuse" : `langfuse/${first.experimentDatasetId}`,
    at: parseTimestamp(first?.startTime ?? ""),
    tests,
    label: first?.experimentName,
    partial: isOnePage,
    warnings: [
      ...warnings,
      ...(isOnePage ? ["it is one page of several: more items follow its cursor"] : []),
      ...(tests.some(({ judge_scores }) => judge_scores !== undefined) ? [scoreVerdictWarning] : []),
    ],
  });
}

export const langfuse: ResultFormat = {
  id: "langfuse",
  title: "experiment items of Langfuse",
  claims: claimsJson(signature, ["experimentId", "experimentItemId", "traceId"]),
  read,
};
