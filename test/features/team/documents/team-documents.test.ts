import { describe, expect, it } from "vitest";
import { migrationsDocument } from "../../../../src/features/team/documents/migrations.ts";
import { signInDocument, signOutDocument, syncSetupDocument } from "../../../../src/features/team/documents/sign-in.ts";
import {
  syncPreviewDocument,
  syncRunDocument,
  syncShowDocument,
  syncStatusDocument,
  syncTestDocument,
} from "../../../../src/features/team/documents/sync.ts";
import {
  invitationsDocument,
  teamAcceptDocument,
  teamAddDocument,
  teamCreateDocument,
  teamDeclineDocument,
  teamMembersDocument,
  teamRemoveDocument,
  teamResetDocument,
  teamSetDocument,
} from "../../../../src/features/team/documents/team.ts";
import type { SyncProblem, SyncStatusView } from "../../../../src/ports/sync.ts";
import { pipeStyle } from "../../../cli/style.ts";
import {
  describeTerminalOutput,
  describeWidths,
  type MakeDocument,
  renderEditor,
  renderTerminal,
} from "../../../support/documents.ts";

const problem: SyncProblem = { kind: "fork", device: "d1", seq: 4, message: "Fact 4 is another", hint: "Do this" };
const resets = [
  { id: "r1", agent: null, at: "2026-03-15T10:30:00.000Z", by: "ada@acme.dev", hidden_runs: 12 },
  { id: "r2", agent: "codex", at: "2026-03-16T10:30:00.000Z", by: null, hidden_runs: null },
];
const status: SyncStatusView = {
  configured: true,
  signed_in: true,
  enabled: true,
  online: null,
  url: "https://abc.supabase.co",
  team: "acme",
  user: "me@acme.dev",
  device: "019d8b01-2000-7567-9551-7b64e3d1ef81",
  unsent: 1234,
  devices: [
    { device: "019d8b01-2000-7567-9551-7b64e3d1ef81", name: "desk\u001b[31m", user: "me@acme.dev", have: 12, head: 12 },
    { device: "019d8d94-4e00-7181-bdb9-092960a3e8f5", name: "other", user: null, have: 3, head: 4 },
  ],
  last_push: null,
  last_pull: "2026-03-20T09:00:00.000Z",
  retry_at: "2026-03-20T12:00:40.000Z",
  problems: [problem],
  resets,
  proposal: { url: "https://evil.dev", team: "rivals", source: "/shop/.reward-ledger.json", project: "acme/shop" },
};
const unconfigured: SyncStatusView = { ...status, configured: false, problems: [], proposal: null, resets: [], devices: [] };
const signedIn = { signed_in: true, user: "me@acme.dev", url: status.url ?? "", team: "acme", role: "owner", problem: null };
const member = { user: "u1", email: "a|b@x.dev", name: "[x](http://e)", role: "member", joined_at: "2026-03-18T10:00:00.000Z" };
const steps = [
  { name: "sign-in", ok: true, ms: 12, detail: "me" },
  { name: "team", ok: false, ms: 3, detail: "no such team" },
];
const rows = [{ agent: "codex", coins: 1.5, last_verdict: null, note: { a: 1 } }];
const missing = { files: ["20260101_a.sql", "20260102_b.sql"], out: "sql", server: "20260101", missing: ["20260102_b.sql"] };

/** Every document of sync and of teams, with all parts filled in. */
const documents = {
  "sync status": (words) => syncStatusDocument(status, words),
  "sync status, not set up": (words) => syncStatusDocument(unconfigured, words),
  "sync now": (words) => syncRunDocument({ configured: true, pushed: 1, pulled: 2, unsent: 3, problems: [problem] }, words),
  "sync test": (words) => syncTestDocument({ ok: false, steps }, words),
  "sync show": (words) => syncShowDocument({ team: "acme", view: "summary", rows, resets }, words),
  "sync preview": (words) =>
    syncPreviewDocument({ configured: true, team: "acme", unsent: 2, withheld: 1, facts: [{ data: "\u009b31m" }] }, words),
  "sync migrations": (words) => migrationsDocument(missing, words),
  "sync setup": (words) => syncSetupDocument({ file: "/shop/.reward-ledger.json", url: "https://a.co", team: "acme" }, words),
  "sync login": (words) => signInDocument({ ...signedIn, role: null }, words),
  "sync login, mail": (words) => signInDocument({ ...signedIn, signed_in: false, role: null }, words),
  "sync login, offline": (words) => signInDocument({ ...signedIn, role: null, problem }, words),
  "sync logout": (words) => signOutDocument({ signed_out: true }, words),
  "team create": (words) => teamCreateDocument({ team: "acme", id: "t1" }, words),
  "team members": (words) => teamMembersDocument([member, { ...member, email: null, name: null }], words),
  "team add": (words) => teamAddDocument({ email: "a@x.dev", role: "admin", invited: true }, words),
  "team invitations": (words) =>
    invitationsDocument(
      {
        received: [{ team: "acme", name: "Acme", role: "member", by: null, at: "2026-03-18T10:00:00.000Z" }],
        sent: [{ email: "b@x.dev", role: "admin", at: "2026-03-18T10:00:00.000Z" }],
      },
      words,
    ),
  "team accept": (words) => teamAcceptDocument({ team: "acme", id: "t1" }, words),
  "team decline": (words) => teamDeclineDocument({ team: "acme" }, words),
  "team remove": (words) => teamRemoveDocument({ email: "a@x.dev" }, words),
  "team reset": (words) => teamResetDocument({ agent: "codex", undone: false, runs: 1 }, words),
  "team set": (words) => teamSetDocument({ key: "digest-enabled", value: null }, words),
} satisfies Readonly<Record<string, MakeDocument>>;

describeTerminalOutput(documents);
describeWidths({
  "sync status": (words) => syncStatusDocument({ ...status, proposal: null, resets: [] }, words),
  "team members": documents["team members"],
});

const teamResetText =
  /ada@acme\.dev reset the team's totals on 2026-03-15 10:30\. It hides 12 runs\.\nAn owner undoes it: {2}reward-ledger team reset --undo\n/;
const codexResetText =
  /A former member reset the team's totals of codex on 2026-03-16 10:30\. Sync to see which runs it hides\.\n.*--undo --agent codex/;

describe("piped output shows", () => {
  it("the sync status, its problems and the team proposed by the checkout", () => {
    const text = renderTerminal(documents["sync status"], pipeStyle);
    expect(text).toMatch(
      /^Team +acme {2}https:\/\/abc\.supabase\.co\nSigned in +me@acme\.dev\nEnabled +yes\nOnline +not asked\n/,
    );
    expect(text).toMatch(/\nUnsent +1,234\nLast push +never\nLast pull +3 hours ago\nNext try +in 40 seconds\n/);
    expect(text).toContain("\n  fork  Fact 4 is another\n    Do this\n");
    expect(text).toMatch(/rivals at https:\/\/evil\.dev\. Nothing is sent there before you agree\.\n.*sync preview\nAgree: {2}/);
    expect(text).toMatch(teamResetText);
    expect(text).toMatch(codexResetText);
  });

  it("how to set up sync when it is not configured", () => {
    expect(renderTerminal(documents["sync status, not set up"], pipeStyle)).toBe(
      "Sync is not set up here. Nothing leaves this machine.\nSet it up:  reward-ledger sync setup --url URL --anon-key KEY --team SLUG",
    );
  });

  it("which resets hide rows of the server", () => {
    expect(renderTerminal(documents["sync show"], pipeStyle)).toMatch(teamResetText);
    expect(renderTerminal(documents["sync show"], pipeStyle)).toMatch(codexResetText);
  });

  it("which migrations the server lacks", () => {
    expect(renderTerminal(documents["sync migrations"], pipeStyle)).toMatch(
      /^2 files written to sql\.\n\nLast on the server: 20260101\n\nThe server lacks:\n20260102_b\.sql\nApply them in order/,
    );
    const complete = { ...missing, out: null, missing: [] };
    expect(renderTerminal((words) => migrationsDocument(complete, words), pipeStyle)).toContain(
      "The server has all 2 migrations.",
    );
    const offline = { ...missing, out: null, server: null, missing: null };
    expect(renderTerminal((words) => migrationsDocument(offline, words), pipeStyle)).toBe("20260101_a.sql\n20260102_b.sql");
  });

  it("the next step after signing in", () => {
    expect(renderTerminal(documents["sync login"], pipeStyle)).toContain("reward-ledger team create acme NAME");
    expect(renderTerminal(documents["sync login, mail"], pipeStyle)).toMatch(
      /^We emailed me@acme\.dev a sign-in link and a code\.\n.*--email me@acme\.dev --code "LINK OR CODE"$/,
    );
    expect(renderTerminal(documents["sync login, offline"], pipeStyle)).toContain("The team could not be asked:\n  fork  Fact 4");
  });
});

describe("the editor", () => {
  it("shows member names as text, never as Markdown", () => {
    const report = renderEditor("Team Members", documents["team members"]);
    expect(report).toContain("a\\|b\\@&#8203;x\\.dev");
    expect(report).not.toContain("[x](");
    expect(report).toContain("2 members");
  });

  it("shows the columns of any team table", () => {
    const report = renderEditor("Team", documents["sync show"]);
    expect(report).toContain("## acme · summary");
    expect(report).toContain("| agent | coins | last\\_verdict | note |");
    expect(report).toMatch(/\| codex \| 1\\\.5 \| \\?- \| \{"a"\\:1\} \|/);
    const none = renderEditor("Team", (words) => syncShowDocument({ team: "acme", view: "runs", rows: [], resets: [] }, words));
    expect(none).toContain("None yet\\.");
  });

  it("shows which step of the connection fails", () => {
    const report = renderEditor("Team Connection", documents["sync test"]);
    expect(report).toContain("✗ The connection does not work\\.");
    expect(report).toContain("| **fail** | team | no such team | 3 ms |");
  });

  it("shows problems with what to do, and when the next attempt is due", () => {
    const report = renderEditor("Sync", documents["sync status"]);
    expect(report).toContain("- **fork** Fact 4 is another  \n  Do this");
    expect(report).toMatch(/\| Next try \| in \d+ days?/);
  });
});
