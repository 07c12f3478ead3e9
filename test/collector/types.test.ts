import { expectTypeOf, test } from "vitest";
import type * as z from "zod";
import type { CostEntry, EvalTest, JudgeScores, OutcomeJudgement } from "../../src/collector/types.ts";
import type { judgeScores, outcomeJudgement } from "../../src/features/evals/model/judge.ts";
import type { costEntry, evalTest } from "../../src/features/evals/model/run.ts";

/** Removes `readonly` from lists and objects, because the types that schemas infer are not read-only. */
type Writable<T> = T extends readonly (infer One)[]
  ? Writable<One>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;

test("the published types match the schemas", () => {
  expectTypeOf<Writable<EvalTest>>().toEqualTypeOf<Writable<z.input<typeof evalTest>>>();
  expectTypeOf<Writable<CostEntry>>().toEqualTypeOf<Writable<z.input<typeof costEntry>>>();
  expectTypeOf<Writable<JudgeScores>>().toEqualTypeOf<Writable<z.output<typeof judgeScores>>>();
  expectTypeOf<Writable<OutcomeJudgement>>().toEqualTypeOf<Writable<z.output<typeof outcomeJudgement>>>();
});
