import * as z from "zod";
import { path, plain, transcript } from "../../../kernel/privacy.ts";
import { integer, json, nonBlank, oneOf, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

/** Where the counts of a session come from. */
export const sessionSources = ["hook", "transcript"] as const;

/** Prompts as they are stored if the user has asked for it: secrets removed, long texts cut. */
export const storedPrompts = z.array(z.object({ at: z.string(), text: z.string() }));

/** Files or commits of a session. */
export const nameList = z.array(z.string());

export const toolCounts = z.record(z.string(), z.int().min(0));

/** Formats tools with the number of their uses, most used first: `Bash 12, Edit 3`. */
export function toolsText(tools: string): string {
  const used = Object.entries(toolCounts.parse(JSON.parse(tools))).sort(([, a], [, b]) => b - a);
  return used.map(([tool, count]) => `${tool} ${count}`).join(", ");
}

export const sessions = defineStore({
  name: "sessions",
  noun: "session",
  about:
    "Sessions of coding agents: when, with which model and tools, on which branch. Answers and code are no part of them, prompts only where the settings ask for them. A session that goes on changes its row.",
  kinds: { add: "session.recorded", change: "session.changed" },
  row: z.object({
    session_id: plain(nonBlank()).describe("Its id, as the host gives it"),
    host: plain(nonBlank()).describe("What the agent runs in, such as claude-code, vscode, codex, cursor or gemini"),
    model: plain(text()).nullable().describe("The model that was asked most"),
    started_at: time().describe("When it began, ISO-8601; default now"),
    ended_at: time().nullable().describe("When it ended, ISO-8601"),
    turns: integer(0).describe("How many prompts it had"),
    tools_json: plain(json(toolCounts)).describe("How often each tool was used, a JSON object"),
    files_json: path(json(z.array(path(z.string())))).describe("Files that it changed, a JSON list"),
    branch: plain(text()).nullable().describe("The branch it worked on"),
    commits_json: json(z.array(plain(z.string()))).describe("Commits that it made, a JSON list"),
    project: plain(text()).nullable(),
    commit_times_json: json(z.array(time())).describe("When each of the commits was made, a JSON list"),
    pull_request: plain(text()).nullable().describe("The pull request it worked on, as a link"),
    source: oneOf(sessionSources)
      .nullable()
      .describe("What the counts were taken from: the agent's transcript, which has the last word, or its hooks"),
    summary: transcript(text()).nullable().describe("Outcome in one sentence"),
    prompts_json: transcript(json(storedPrompts))
      .nullable()
      .describe("Its prompts, a JSON list; kept only where the settings ask for it"),
  }),
  listing: ({ t }) => ({
    title: t("Sessions"),
    none: t("No session is recorded."),
    columns: [
      { name: "host", head: t("Host"), cut: 6 },
      { name: "model", head: t("Model"), cut: 8, drop: 3 },
      { name: "started_at", head: t("Started") },
      { name: "ended_at", head: t("Ended"), drop: 2 },
      { name: "turns", head: t("Turns") },
      { name: "tools_json", head: t("Tools"), cut: 12, brief: toolsText },
      { name: "branch", head: t("Branch"), cut: 6, drop: 1 },
      { name: "session_id", head: "ID" },
    ],
  }),
  key: ["session_id"],
  order: [
    { column: "started_at", desc: true },
    { column: "session_id", desc: true },
  ],
  defaults: { turns: 0, tools_json: "{}", files_json: "[]", commits_json: "[]", commit_times_json: "[]" },
  indexes: [
    { name: "sessions_by_started", columns: [{ column: "started_at" }, { column: "session_id" }] },
    { name: "sessions_by_host", columns: [{ column: "host" }, { column: "started_at" }, { column: "session_id" }] },
    { name: "sessions_by_branch", columns: [{ column: "branch" }, { column: "started_at" }, { column: "session_id" }] },
  ],
  verbs: {
    group: "sessions",
    positional: ["session_id"],
    now: "started_at",
    filters: ["host", "branch"],
    sample: {
      session_id: "5f3c",
      host: "claude-code",
      model: "claude-sonnet-4-5",
      turns: 4,
      tools_json: '{"Bash":12,"Edit":3}',
      branch: "main",
    },
  },
  rule: (row) => (row.ended_at !== null && row.ended_at < row.started_at ? "it ended before it started" : undefined),
  ruleInSql: "(!exists($.ended_at) || $.ended_at >= $.started_at)",
});
