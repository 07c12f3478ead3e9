import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import * as z from "zod";
import { writeGaiaHome } from "../support/gaia-home.ts";
import { pressUntil } from "./support/driver.ts";
import { chooseMenuEntry } from "./support/menu.ts";
import { waitForNotification } from "./support/notifications.ts";
import { runLedgerCommand } from "./support/product.ts";
import { answerInput, answerPath, openQuickInput, pick, quickInput } from "./support/quick-input.ts";
import { cliJson } from "./support/record.ts";
import { scenario } from "./support/scenario.ts";
import {
  closeViews,
  cursorPosition,
  editorTabs,
  openContainer,
  openFile,
  pressDialog,
  readClipboard,
  treeRows,
  waitForReport,
  welcomeContent,
} from "./support/workbench.ts";

const page50 = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });

scenario("the Agent view answers, moves and pays, and shows what a terminal does", async (stage) => {
  const rowsOf = async (...args: readonly string[]) => page50.parse(await cliJson(stage, ...args)).rows;
  await mkdir(join(stage.folder, "src"));
  await writeFile(join(stage.folder, "src", "cart.ts"), Array.from({ length: 40 }, (_, line) => `// ${line + 1}\n`).join(""));
  const page = await stage.open();
  await openContainer(page, "Reward Ledger");
  const rows = (text: string | RegExp): Locator => treeRows(page, "Agent", text);
  await welcomeContent(page, "Agent").getByText("Nothing waits here").waitFor();

  // Makes room so that all rows of the Agent view are visible.
  await closeViews(page, "Status", "Runs", "Evals");

  // Changes made in a terminal appear without a refresh.
  await cliJson(stage, "ask", "May I drop the old table?");
  await rows("May I drop the old table?").waitFor();
  await rows("Inbox").filter({ hasText: "1 unanswered" }).waitFor();
  await page.locator(".part.activitybar .action-item .badge-content", { hasText: "1" }).waitFor();
  await cliJson(stage, "task", "add", "Mend the cart", "--id", "mend-cart");
  await cliJson(stage, "spend", "add", "--model", "opus", "--call-site", "plan", "--usd", "22");
  await rows("Spend today").filter({ hasText: "$22.00 of $25.00 (88 %)" }).waitFor();

  await chooseMenuEntry(page, rows("May I drop the old table?"), "answerMessage", quickInput(page));
  await answerInput(page, "Yes, after the backup");
  await expect.poll(() => page.locator(".part.activitybar .action-item .badge-content:visible").count()).toBe(0);
  expect(await rowsOf("inbox", "list")).toMatchObject([{ state: "answered", answer: "Yes, after the backup" }]);

  await chooseMenuEntry(page, rows("Mend the cart"), "copyAgentRowId", async () => (await readClipboard(page)) === "mend-cart");
  await chooseMenuEntry(page, rows("Mend the cart"), "claimTask", rows("Running"));
  await chooseMenuEntry(page, rows("Mend the cart"), "pauseTask", quickInput(page));
  await answerInput(page, "The design is open");
  await page.locator(".quick-input-widget:visible", { hasText: "What comes first when the task resumes" }).waitFor();
  await answerInput(page, "Read the comment first");
  await rows("Paused").waitFor();
  await chooseMenuEntry(page, rows("Mend the cart"), "resumeTask", rows("Running"));
  await chooseMenuEntry(page, rows("Mend the cart"), "moveTask", quickInput(page));
  await pick(page, "Done");
  await rows("Done").waitFor();

  await chooseMenuEntry(page, rows("Spend today"), "extendBudget", quickInput(page));
  await answerInput(page, "5");
  await pressDialog(page, "Extend");
  await rows("Spend today").filter({ hasText: "of $30.00" }).waitFor();

  // From the palette: raising a limit needs a confirmation, lowering it does not.
  await runLedgerCommand(page, "setBudget");
  await pick(page, "A day");
  await answerInput(page, "40");
  await pressDialog(page, "Raise");
  await rows("Spend today").filter({ hasText: "of $45.00" }).waitFor();
  await runLedgerCommand(page, "setBudget");
  await pick(page, "A day");
  await answerInput(page, "22,50");
  await rows("Spend today").filter({ hasText: "of $27.50" }).waitFor();
  await runLedgerCommand(page, "showBudget");
  await waitForReport(page, "At this pace today comes to");

  // Feedback on a selection stores its file and line, and links back to them.
  await openFile(page, "src/cart.ts");
  await openQuickInput(page, "Control+g");
  await answerInput(page, ":12");
  await expect.poll(() => cursorPosition(page)).toMatch(/Ln 12, Col \d+/);
  await runLedgerCommand(page, "addFeedback");
  await answerInput(page, "The rounding is wrong here");
  await pick(page, "High");
  await rows("The rounding is wrong here").filter({ hasText: "src/cart.ts:12" }).waitFor();
  await pressUntil(page, "Control+Home", async () => /Ln 1, Col 1/.test(await cursorPosition(page)));
  await chooseMenuEntry(page, rows("The rounding is wrong here"), "openFeedbackPlace", async () =>
    /Ln 12, Col \d+/.test(await cursorPosition(page)),
  );
  await chooseMenuEntry(page, rows("The rounding is wrong here"), "moveFeedback", quickInput(page));
  await pick(page, "Triaged");
  await pick(page, "test");
  await rows("Triaged").waitFor();
  expect(await rowsOf("feedback", "list")).toMatchObject([{ state: "triaged", fix_class: "test", channel: "vscode" }]);

  // Commands for a row ask for the row when they are called without one.
  await cliJson(stage, "ask", "Which browser?");
  await rows("Which browser?").waitFor();
  await runLedgerCommand(page, "answerMessage");
  await pick(page, "Which browser?");
  await answerInput(page, "All of them");
  await expect.poll(async () => (await rowsOf("inbox", "list", "--state", "answered")).length).toBe(2);
  await runLedgerCommand(page, "addLearning");
  await answerInput(page, "Ask before dropping");
  await answerInput(page, "mend-cart");
  await pick(page, "A skill");
  await answerInput(page, "backups");
  await expect.poll(() => rowsOf("learn", "list")).toMatchObject([{ candidate: "skill:backups" }]);
  await runLedgerCommand(page, "showInbox");
  await waitForReport(page, "Which browser?");

  await runLedgerCommand(page, "critical");
  await answerInput(page, "Production is down");
  await rows("Production is down").waitFor();
  await chooseMenuEntry(
    page,
    rows("Production is down"),
    "escalateMessage",
    async () => (await rowsOf("feedback", "list")).length === 2,
  );
  expect(await rowsOf("inbox", "list", "--limit", "1")).toMatchObject([{ severity: "critical", channel: "tui" }]);

  await runLedgerCommand(page, "exportStore");
  await pick(page, "tasks");
  await pick(page, "JSON Lines");
  await answerPath(page, join(stage.root, "tasks.jsonl"));
  await waitForNotification(page, "Exported tasks: 1 row.");
  expect(await readFile(join(stage.root, "tasks.jsonl"), "utf8")).toContain('"mend-cart"');

  const gaia = join(stage.root, "coder");
  writeGaiaHome(gaia);
  await runLedgerCommand(page, "importAgentHome");
  await answerPath(page, `${gaia}/`);
  await waitForNotification(page, /Imported: \d+, already known: 0, refused: \d+/);
  await rows("Which branch?").waitFor();

  await runLedgerCommand(page, "weeklyDigest");
  await editorTabs(page, "Weekly Digest").waitFor();
});
