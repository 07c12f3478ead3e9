import { actUntil, clickOnce, eventually, hoverUntil, setExpanded } from "../../test/vscode/support/driver.ts";
import { dropEvidence, keepEvidence } from "../../test/vscode/support/evidence.ts";
import { counter, counterLabel, openTrends, trendsReady } from "../../test/vscode/support/product.ts";
import {
  closeSideBar,
  closeViews,
  collapseRow,
  editorTabs,
  expandRow,
  openContainer,
  treeRows,
  view,
  webview,
  welcomeContent,
} from "../../test/vscode/support/workbench.ts";
import { type Studio, takePicture } from "./studio.ts";

/** A picture of the demo, and the steps that show its content, from any state of the window. */
export type Picture = Readonly<{ name: string; show(studio: Studio): Promise<void> }>;

export const themes = [
  { name: "dark", id: "Default Dark Modern", kind: "vscode-dark" },
  { name: "light", id: "Default Light Modern", kind: "vscode-light" },
  { name: "high-contrast", id: "Default High Contrast", kind: "vscode-high-contrast" },
] as const;

type Theme = (typeof themes)[number];
const [dark] = themes;

/** The view before the first run: the side bar's welcome texts and the panel's empty state. */
export const emptyState: Picture = {
  name: "empty-state",
  async show({ page }) {
    await openContainer(page, "Reward Ledger");
    for (const name of ["Status", "Runs", "Evals", "Agent"]) await welcomeContent(page, name).waitFor();
    const panel = await openTrends(page);
    await panel.getByRole("heading", { name: "No runs yet" }).waitFor();
  },
};

const sideBarAndTooltip: Picture = {
  name: "status-bar-and-side-bar",
  async show({ page }) {
    await openContainer(page, "Reward Ledger");
    await expandRow(treeRows(page, "Runs", "score"), treeRows(page, "Runs", "line "));
    await hoverUntil(page, counter(page), page.locator(".monaco-hover:visible", { hasText: "Most broken rules" }));
  },
};

/** The runs and tests of evals, and the pending items of an agent and its user. */
const evalsAndAgent: Picture = {
  name: "evals-and-agent",
  async show({ page }) {
    await page.mouse.move(0, 0);
    await openContainer(page, "Reward Ledger");
    await closeViews(page, "Status", "Runs");
    for (const name of ["Evals", "Agent"]) {
      const header = view(page, name).locator(".pane-header");
      await setExpanded(header, true, header.locator("h3.title"));
    }
    const rows = (name: string, text: RegExp) => treeRows(page, name, text);
    await collapseRow(rows("Evals", /^\s*Runs/));
    await expandRow(rows("Evals", /^\s*Tests/), rows("Evals", /^\s*(Broken|Degrading|Flaky)/));
    await rows("Agent", /\S/).first().waitFor();
  },
};

/** Shows the trends panel at full size in a theme. */
async function showTrends({ page, change }: Studio, theme: Theme) {
  await change({ "workbench.colorTheme": theme.id });
  await page.mouse.move(0, 0);
  await closeSideBar(page);
  const isOpen = await editorTabs(page, "Reward Ledger Trends").isVisible();
  const panel = isOpen ? webview(page) : await openTrends(page);
  await eventually(`the panel to be ${theme.name}`, async () => {
    return (await panel.locator("body").getAttribute("data-vscode-theme-kind")) === theme.kind;
  });
  return panel;
}

type Panel = Awaited<ReturnType<typeof showTrends>>;

async function openTab(panel: Panel, name: string, content: string): Promise<void> {
  const tab = panel.getByRole("tab", { name });
  await actUntil(`the tab ${name} to be open`, {
    reached: async () => (await tab.getAttribute("aria-selected")) === "true",
    act: (limit) => clickOnce(tab, limit),
  });
  await trendsReady(panel);
  await panel.locator(content).first().waitFor();
}

const tabs = [
  { name: "coins", tab: "Coins & streaks", content: "#coin-chart canvas" },
  { name: "violations", tab: "Violations", content: ".rule-row" },
  { name: "evals", tab: "Evals", content: "#pass-rate-chart canvas" },
  { name: "costs", tab: "Costs", content: "#cost-chart canvas" },
] as const;

const trends: readonly Picture[] = themes.flatMap((theme) =>
  tabs.map(({ name, tab, content }) => ({
    name: `trends-${name}-${theme.name}`,
    async show(studio) {
      await openTab(await showTrends(studio, theme), tab, content);
    },
  })),
);

/** Shows a comparison of two agents. */
async function showTwoAgents(studio: Studio): Promise<Panel> {
  const panel = await showTrends(studio, dark);
  await openTab(panel, "Coins & streaks", "#coin-chart canvas");
  await panel.getByLabel("Agent", { exact: true }).selectOption({ label: "claude-code" });
  await panel.getByLabel("Compare with", { exact: true }).selectOption({ label: "codex" });
  await trendsReady(panel);
  return panel;
}

const comparison: Picture = {
  name: "trends-two-agents",
  async show(studio) {
    await showTwoAgents(studio);
  },
};

/** A run with its findings and its coin formula. */
const run: Picture = {
  name: "trends-run",
  async show(studio) {
    const panel = await showTwoAgents(studio);
    await actUntil("the newest run to be open", {
      reached: () => panel.locator(".drawer .sums").isVisible(),
      act: async (limit) => {
        await panel.locator("#coin-chart").focus(limit);
        await studio.page.keyboard.press("End");
        await studio.page.keyboard.press("Enter");
      },
    });
  },
};

/** The pictures of a ledger with a history. */
export const historyPictures: readonly Picture[] = [sideBarAndTooltip, evalsAndAgent, ...trends, comparison, run];

export const pictureNames: readonly string[] = [emptyState, ...historyPictures].map(({ name }) => name);

/** Switches the window to the home with a history. */
export async function openHistory({ page, change }: Studio, home: string): Promise<void> {
  await change({ "rewardLedger.home": home });
  await eventually("the counter to count", async () => !(await counterLabel(page)).includes("no run recorded yet"));
}

export type MissingPicture = Readonly<{ name: string; reason: string }>;

/** Number of consecutive failures after which the other pictures are skipped, because each failure takes long. */
const maxFailuresInARow = 3;

/**
 * Takes pictures one after the other. A failed picture does not prevent the others.
 * @returns the missing pictures
 */
export async function takePictures(
  studio: Studio,
  pictures: readonly Picture[],
  folder: string,
  onPicture: (name: string) => void,
): Promise<readonly MissingPicture[]> {
  const missing: MissingPicture[] = [];
  let failuresInARow = 0;
  for (const { name, show } of pictures) {
    const scenario = `demo ${name}`;
    await dropEvidence(scenario);
    if (failuresInARow === maxFailuresInARow) {
      missing.push({ name, reason: `not tried, because the ${maxFailuresInARow} before it could not be taken` });
      continue;
    }
    try {
      await show(studio);
      await takePicture(studio.page, folder, name);
      failuresInARow = 0;
      onPicture(`${name}.png`);
    } catch (error) {
      failuresInARow += 1;
      const evidenceFiles = await keepEvidence(scenario, [studio.window]);
      missing.push({
        name,
        reason: `${error instanceof Error ? error.message : String(error)}\nIt showed: ${evidenceFiles.join(", ")}`,
      });
    }
  }
  return missing;
}
