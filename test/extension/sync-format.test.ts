import { expect, test } from "vitest";
import type { SyncProblem, SyncStatusView } from "../../src/domain/sync.ts";
import { plain } from "../../src/extension/format/markdown.ts";
import { tooltip } from "../../src/extension/format/standing.ts";
import { syncIcon, syncText } from "../../src/extension/format/sync.ts";
import { syncReport } from "../../src/extension/report/sync-report.ts";
import { statusNodes } from "../../src/extension/status/nodes.ts";
import { english, standing, style } from "./texts.ts";

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

test("a fork is told with what to do in tooltip, Status view and document; being offline needs nobody", () => {
  expect(syncText(stopped, style, english)).toBe("needs attention · 2 unsent");
  expect(syncIcon(stopped)).toBe("warning");
  expect(tooltip(standing, [], null, style, english, stopped)).toContain(plain("Fact 4 is another. Do this"));
  expect(statusNodes({ shown: standing, others: [] }, style, english, stopped).at(-1)).toMatchObject({
    description: "needs attention · 2 unsent",
    tooltip: "Fact 4 is another. Do this",
  });
  expect(syncReport(stopped, style, english)).toContain("Fact 4 is another. Do this");
  expect(syncText(offline, style, english)).toBe("offline · 1 unsent");
  expect(tooltip(standing, [], null, style, english, offline)).not.toContain("Do this");
  expect(tooltip(standing, [], null, style, english, inStep)).toContain("in step");
});
