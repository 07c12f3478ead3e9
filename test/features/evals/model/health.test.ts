import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Health, type HealthState, healthOf, healthReasonText } from "../../../../src/features/evals/model/health.ts";

type Result = Readonly<{ passed: boolean; mixed: boolean; commit: string | null }>;

const reader = {
  passed: ({ passed }: Result) => passed,
  mixed: ({ mixed }: Result) => mixed,
  commit: ({ commit }: Result) => commit,
};

/** `P` passed, `F` failed, `R` passed after a retry; each result is of a commit of its own unless `commits` is given. */
const results = (letters: string, commits?: string): readonly Result[] =>
  [...letters].map((letter, index) => ({
    passed: letter !== "F",
    mixed: letter === "R",
    commit: commits === undefined ? `c${index}` : (commits[index] ?? null),
  }));

function health(letters: string, commits?: string): Health {
  const result = healthOf(results(letters, commits), reader);
  if (result === undefined) throw new Error("no health");
  return result;
}

describe("histories", () => {
  test.each<readonly [string, HealthState, string, number | null]>([
    ["PPPPPPPFFF", "degrading", "3 fails in a row after 7 passes", 7],
    ["PPPPPPFFFF", "broken", "4 fails in a row after 6 passes", 6],
    ["PPPPPFFFFF", "broken", "5 fails in a row after 5 passes", 5],
    ["PPPPFFFFFF", "broken", "6 fails in a row after 4 passes", 4],
    ["PFFFFFFFFF", "broken", "9 fails in a row after 1 pass", 1],
    ["FFFFFPPPPP", "recovering", "5 passes in a row after 5 fails", 5],
    ["PPPPFPPPPP", "healthy", "one fail, 5 passes since", null],
    ["PPPPPPPFPP", "healthy", "one fail, 2 passes since", null],
    ["PPFPPPFPPP", "flaky", "changed 4 times in 10 results", null],
    ["PFPPPFPPPP", "flaky", "changed 4 times in 10 results", null],
    ["FF", "too-few", "only 2 results", null],
    ["FP", "too-few", "only 2 results", null],
    ["P", "too-few", "only 1 result", null],
    ["PPP", "healthy", "passed in all 3 results", null],
    ["FFF", "broken", "failed in all 3 results", 0],
    ["PFP", "too-few", "changed 2 times in 3 results", null],
    ["PFPFPFPFPF", "flaky", "changed 9 times in 10 results", null],
    ["PPPPPPPPPF", "degrading", "1 fail after 9 passes", 9],
    ["FFFFFFFFFP", "recovering", "1 pass after 9 fails", 9],
    ["FFFFPFFFFF", "broken", "one pass, 5 fails since", 5],
    ["PPPPFFFPPP", "recovering", "3 passes in a row after 3 fails", 7],
    ["PPFFPPPPPP", "healthy", "6 passes in a row after 2 fails", 4],
    ["FFFPPPPFF", "degrading", "2 fails in a row after 4 passes", 7],
    ["PFPFPFFFFF", "broken", "5 fails in a row after 1 pass", 5],
    ["FPFPFPPPPP", "recovering", "5 passes in a row after 1 fail", 5],
    ["FPPPPPPPPP", "healthy", "one fail, 9 passes since", null],
  ])("%s: %s, %s", (letters, state, reason, turned) => {
    const result = health(letters);
    expect([result.state, healthReasonText(result.reason), result.turned]).toEqual([state, reason, turned]);
  });

  test("an empty history has no health", () => {
    expect(healthOf([], reader)).toBeUndefined();
  });
});

describe("evidence on the same code", () => {
  test("a retry that changed the outcome makes a test flaky, until five results in a row agree", () => {
    expect(health("PR").state).toBe("flaky");
    expect(health("PPRPPPP").state).toBe("flaky");
    expect(health("PPRPPPPP").state).toBe("healthy");
    expect(health("PPRFFFF").state).toBe("flaky");
    expect(health("PPRFFFFF").state).toBe("broken");
    expect(health("R").state).toBe("too-few");
  });

  test("conflicting results on one commit make a test flaky, even with other commits in between", () => {
    expect(health("PPPPF", "abcdd")).toMatchObject({ state: "flaky", reason: { kind: "disagrees", times: 1 } });
    expect(health("PPFP", "abab").state).toBe("flaky");
    expect(health("PF", "aa").state).toBe("too-few");
  });

  test("a commit shared by all runs, or an unknown commit, is no evidence of flakiness", () => {
    expect(health("PPPPPPPFFF", "a".repeat(10)).state).toBe("degrading");
    const unknown = results("PPPPPPPFFF").map((one) => ({ ...one, commit: null }));
    expect(healthOf(unknown, reader)?.state).toBe("degrading");
  });
});

describe("healthOf, for any history", () => {
  const letters = fc.string({ unit: fc.constantFrom("P", "F"), minLength: 1, maxLength: 30 });
  const mirrored = (text: string): string => [...text].map((letter) => (letter === "P" ? "F" : "P")).join("");
  const flips = (text: string): number => [...text].filter((letter, index) => index > 0 && letter !== text[index - 1]).length;

  test("treats passes and failures symmetrically", () => {
    const opposite: Readonly<Record<HealthState, readonly HealthState[]>> = {
      healthy: ["broken"],
      recovering: ["degrading", "broken"],
      degrading: ["recovering", "healthy"],
      broken: ["healthy", "recovering"],
      flaky: ["flaky"],
      "too-few": ["too-few"],
    };
    fc.assert(
      fc.property(letters, (text) => {
        expect(opposite[health(text).state]).toContain(health(mirrored(text)).state);
      }),
    );
  });

  test("never makes a failing test healthy or recovering, or a passing one broken or degrading", () => {
    fc.assert(
      fc.property(letters, (text) => {
        const bad = text.endsWith("F") ? ["healthy", "recovering"] : ["broken", "degrading"];
        expect(bad).not.toContain(health(text).state);
      }),
    );
  });

  test("never makes a test that changed once flaky, and keeps broken or healthy while results repeat", () => {
    fc.assert(
      fc.property(letters, (text) => {
        if (flips(text) <= 1) expect(health(text).state).not.toBe("flaky");
        if (health(text).state === "broken") expect(health(`${text}F`).state).toBe("broken");
        if (health(text).state === "healthy") expect(health(`${text}P`).state).toBe("healthy");
      }),
    );
  });

  test("never makes a test with five equal results in a row flaky", () => {
    fc.assert(
      fc.property(letters, fc.constantFrom("P", "F"), (text, last) => {
        expect(["flaky", "too-few"]).not.toContain(health(text + last.repeat(5)).state);
      }),
    );
  });
});
