import { expect, test } from "vitest";
import { statusTooltip } from "../../../src/extension/format/status-bar-text.ts";
import { syncIcon, syncText, teamResetTexts } from "../../../src/extension/format/sync.ts";
import { statusNodes } from "../../../src/extension/status/nodes.ts";
import type { SyncProblem, SyncStatusView } from "../../../src/ports/sync.ts";
import { plain } from "../../../src/render/markdown/escape.ts";
import { english, sampleStatus, style } from "../texts.ts";

const inStep: SyncStatusView = {
  configured: true,
  signed_in: true,
  enabled: true,
  online: null,
  url: "https://abc.supabase.co",
  team: "acme",
  user: "me@acme.dev",
  device: "d1",
  unsent: 0,
  devices: [],
  last_push: null,
  last_pull: "2026-03-16T10:30:00.000Z",
  retry_at: null,
  problems: [],
  resets: [],
  proposal: null,
};
const problem = (kind: SyncProblem["kind"]): SyncProblem => ({
  kind,
  device: "d1",
  seq: 4,
  message: "Fact 4 is another",
  hint: "Do this",
});
const stopped: SyncStatusView = { ...inStep, unsent: 2, problems: [problem("fork")] };
const offline: SyncStatusView = { ...inStep, unsent: 1, problems: [problem("offline")] };

test("a fork shows what to do in tooltip and Status view, and being offline shows no instruction", () => {
  expect(syncText(stopped, style, english)).toBe("needs attention · 2 unsent");
  expect(syncIcon(stopped)).toBe("warning");
  expect(statusTooltip(sampleStatus, [], null, style, english, stopped)).toContain(plain("Fact 4 is another. Do this"));
  expect(statusNodes({ shown: sampleStatus, others: [] }, style, english, stopped).at(-1)).toMatchObject({
    description: "needs attention · 2 unsent",
    tooltip: "Fact 4 is another. Do this",
  });
  expect(syncText(offline, style, english)).toBe("offline · 1 unsent");
  expect(statusTooltip(sampleStatus, [], null, style, english, offline)).not.toContain("Do this");
  expect(statusTooltip(sampleStatus, [], null, style, english, inStep)).toContain("up to date");
});

test("a team reset is shown in tooltip and Status view, with its author and how to undo it", () => {
  const reset: SyncStatusView = {
    ...inStep,
    resets: [
      { id: "r1", agent: null, at: "2026-03-15T10:30:00.000Z", by: "ada@acme.dev", hidden_runs: 12 },
      { id: "r2", agent: "codex", at: "2026-03-16T10:30:00.000Z", by: null, hidden_runs: null },
    ],
  };
  const texts = teamResetTexts(reset.resets, style, english);
  expect(texts).toMatchObject(
    [
      /^ada@acme\.dev reset the team's totals on 15 Mar 2026, 11:30\. It hides 12 runs\. .*team reset --undo\.$/,
      /^A former member reset the team's totals of codex on .*Sync to see.* --undo --agent codex\.$/,
    ].map((words) => expect.stringMatching(words)),
  );
  const shown = statusTooltip(sampleStatus, [], null, style, english, reset);
  for (const text of texts) expect(shown).toContain(plain(text));
  expect(statusNodes({ shown: sampleStatus, others: [] }, style, english, reset).slice(-2)).toMatchObject(
    texts.map((description) => ({ kind: "reset", description, tooltip: description })),
  );
  expect(statusTooltip(sampleStatus, [], null, style, english, inStep)).not.toContain("reset --undo");
});
