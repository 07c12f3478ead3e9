/** Result of a run of the project's tests. `unknown`: they could not be run to completion. */
export type TestRun = Readonly<{ state: "pass" | "fail" | "unknown"; said: string }>;

/** The test runs before the change, before it but with the regression test added, and with the whole change. */
export type TestSides = Readonly<{ base: TestRun; withTest: TestRun; fix: TestRun }>;

/** Result of comparing the sides. Only `shown` means that the test fails before the change and passes with it. */
export type RegressionVerdict = "shown" | "both_pass" | "both_fail" | "only_fix_fails" | "base_fails" | "not_run";
export type Regression = Readonly<{ verdict: RegressionVerdict; reason: string }>;

const verdictReasons: Readonly<Record<Exclude<RegressionVerdict, "not_run">, string>> = {
  shown: "the regression test fails before the change and passes with it",
  both_pass: "the regression test passes before the change too, so it shows nothing",
  both_fail: "the tests fail before the change and with it",
  only_fix_fails: "the tests pass before the change and fail with it",
  base_fails: "the tests fail before the change also without the regression test, so its failure shows nothing",
};

/** Judges the sides. If one of them could not be run, the verdict is `not_run` regardless of the others. */
export function judgeRegression({ base, withTest, fix }: TestSides): Regression {
  const unknown = [fix, withTest, base].find(({ state }) => state === "unknown");
  if (unknown !== undefined) return { verdict: "not_run", reason: `the regression test could not be run: ${unknown.said}` };
  const failsBefore = withTest.state === "fail" || base.state === "fail";
  const verdict =
    fix.state === "fail"
      ? failsBefore
        ? "both_fail"
        : "only_fix_fails"
      : base.state === "fail"
        ? "base_fails"
        : failsBefore
          ? "shown"
          : "both_pass";
  const details = fix.state === "fail" ? fix.said : verdict === "base_fails" ? base.said : "";
  return { verdict, reason: details === "" ? verdictReasons[verdict] : `${verdictReasons[verdict]}: ${details}` };
}
