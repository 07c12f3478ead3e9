import { describe, expect, it } from "vitest";
import { leaderboardReport, syncTestReport, teamMembersReport, teamRowsReport } from "../../src/extension/report/team-report.ts";
import { english, style } from "./texts.ts";

describe("reports of a team", () => {
  it("escape what members named themselves", () => {
    const member = { user: "u", email: "a|b@x.dev", name: "[x](http://e)", role: "member", joined_at: "2026-11-28T10:00:00Z" };
    const report = teamMembersReport([member], english);
    expect(report).toContain("a\\|b\\@x\\.dev");
    expect(report).not.toContain("[x](");
    expect(report).toContain("2026\\-11\\-28");
  });

  it("show the columns of whatever the team's tables hold", () => {
    const rows = [{ agent: "codex", coins: 1.5, last_verdict: null, note: { a: 1 } }];
    const report = teamRowsReport({ team: "acme", view: "summary", rows, resets: [] }, style, english);
    expect(report).toContain("| agent | coins | last\\_verdict | note |");
    expect(report).toContain('| codex | 1\\.5 | – | {"a"\\:1} |');
    expect(teamRowsReport({ team: "acme", view: "runs", rows: [], resets: [] }, style, english)).toContain("None yet.");
  });

  it("say of the summary what a reset hides from it", () => {
    const reset = { id: "r", agent: null, at: "2026-03-15T10:30:00.000Z", by: "ada@x.dev", hidden_runs: 3 };
    const report = teamRowsReport({ team: "acme", view: "summary", rows: [], resets: [reset] }, style, english);
    expect(report).toContain("ada\\@x\\.dev reset the team's totals");
    expect(report).toContain("It hides 3 runs");
  });

  it("say which step of the connection fails", () => {
    const steps = [
      { name: "sign-in", ok: true, ms: 12, detail: "me" },
      { name: "team", ok: false, ms: 3, detail: "no such team" },
    ];
    const report = syncTestReport({ ok: false, steps }, english);
    expect(report).toContain("✗ The connection does not work.");
    expect(report).toContain("| ✗ | team | no such team | 3 ms |");
  });

  it("mark a sum that is too small and the user's own row", () => {
    const member = { member: "me@x.dev", me: true, runs: 3, pass_rate: 0.5, total_cost_usd: 1.25, cost_complete: false };
    const view = { days: 7, team: true, members: [member], runs: 3, total_cost_usd: 1.25, cost_complete: false };
    expect(leaderboardReport(view, english)).toContain("| **me\\@x\\.dev** | 3 | 50 % | ≥ $1.25 |");
  });
});
