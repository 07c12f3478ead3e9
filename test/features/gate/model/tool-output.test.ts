import { describe, expect, it } from "vitest";
import { parseAudit, parseCoverage, survivingMutants, testCandidates } from "../../../../src/features/gate/model/tool-output.ts";

describe("coverage", () => {
  it.each([
    ["TOTAL                 120     12    90%", 90],
    ["All files          |   85.37 |    70.1 |   60 |   85.2 |", 85],
    ["ok  a  0.1s  coverage: 81.9% of statements\nok  b  0.1s  coverage: 79.0% of statements", 79],
    ["87.50% coverage, 7/8 lines covered", 87],
    ["100% of tests passed", null],
    ["TOTAL 900%", null],
    ["", null],
  ])("in %j is %s", (output, percent) => {
    expect(parseCoverage(output)).toBe(percent);
  });
});

describe("mutants", () => {
  it("that survive are significant when a mutation testing tool reports them", () => {
    expect(survivingMutants(["npx", "stryker", "run"], "# survived: 3")[0]?.severity).toBe("significant");
    expect(survivingMutants(["mutmut", "run"], "12 killed, 0 survived")).toEqual([]);
    expect(survivingMutants(["npm", "test"], "3 survived")).toEqual([]);
  });
});

describe("a dependency audit", () => {
  const readAudit = (command: readonly string[], report: unknown, code: number | null = 1) => {
    const audit = parseAudit(command, { code, report: typeof report === "string" ? report : JSON.stringify(report) });
    return audit === undefined ? undefined : [...audit.findings.map(({ severity }) => severity), audit.unread];
  };
  const npm = (counts: object) => ({
    vulnerabilities: { "left-pad": { severity: "high" } },
    metadata: { vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 0, ...counts } },
  });

  it.each(["npm", "pnpm"])("of %s counts severe and minor vulnerabilities", (program) => {
    const command = [program, "audit", "--json"];
    expect(readAudit(command, npm({ high: 1, low: 2 }))).toEqual(["significant", "minor", null]);
    expect(readAudit(command, npm({}), 0)).toEqual([null]);
  });

  it("that failed or is unreadable gives the reason, and is not clean", () => {
    const command = ["npm", "audit", "--json"];
    expect(readAudit(command, { error: { code: "ENOLOCK", summary: "no lockfile" } })).toEqual(["no lockfile"]);
    for (const report of ["", "{}", "oops"]) expect(readAudit(command, report, 0)).toEqual(["its answer cannot be read"]);
    expect(readAudit(["pip-audit"], "", 0)).toEqual(["its answer cannot be read"]);
    expect(readAudit(["cargo", "audit", "--json"], "", 0)).toEqual(["its answer cannot be read"]);
    expect(readAudit(["govulncheck", "./..."], "", 1)).toEqual(["it failed"]);
  });

  it("reads the results of Python, Rust and Go tools", () => {
    expect(readAudit(["pip-audit"], { dependencies: [{ name: "a", vulns: [{ id: "X" }] }, { name: "b" }] })).toEqual([
      "significant",
      null,
    ]);
    expect(readAudit(["cargo", "audit", "--json"], { vulnerabilities: { count: 2 } })).toEqual(["significant", null]);
    expect(readAudit(["govulncheck", "./..."], "", 3)).toEqual(["significant", null]);
    expect(readAudit(["govulncheck", "./..."], "", 0)).toEqual([null]);
  });

  it("is recognized only for known programs", () => {
    expect(readAudit(["semgrep", "--error"], "")).toBeUndefined();
  });
});

describe("tests of a change", () => {
  it("are those it changes, and those named after a changed file or its folder", () => {
    expect(testCandidates(["src/cart/order.py", "tests/test_a.py", "docs/a.md", "-p evil.py"])).toEqual([
      "./tests/test_order.py",
      "./tests/test_cart.py",
      "./tests/test_a.py",
      "./tests/test_-p evil.py",
    ]);
  });
});
