/*
 * Which fields of facts hold what somebody may want to keep: told by their names, wherever they stand. `docs/privacy.md` lists
 * them for users.
 */

/** Texts that people and agents wrote, and what evals put out. Everything in them becomes hashes with the messages. */
export const messageFields: ReadonlySet<string> = new Set([
  "answer",
  "body",
  "browse_errors",
  "comment",
  "content",
  "description",
  "detail",
  "details",
  "em_review",
  "error",
  "evidence",
  "explanation",
  "extra",
  "fix",
  "hint",
  "house_rules_updates",
  "judge_reasoning",
  "last_tool_call",
  "message",
  "messages",
  "note",
  "notes",
  "notes_json",
  "observation",
  "output",
  "output_text",
  "payload_json",
  "question",
  "rationale",
  "reason",
  "resume_hint",
  "root_cause",
  "snippet",
  "stderr",
  "stdout",
  "success_criterion",
  "suggestion",
  "summary",
  "text",
  "title",
]);

/** Names of files and folders. */
export const pathFields: ReadonlySet<string> = new Set([
  "changed_files",
  "cwd",
  "file",
  "files",
  "folder",
  "patchPath",
  "path",
  "paths",
  "regression_test_path",
  "source",
  "trace_file",
]);

/** What was said to an agent and what it did, in full: left out. */
export const transcriptFields: ReadonlySet<string> = new Set(["conversation", "prompt", "prompts", "transcript", "transcripts"]);

/** The same in columns of the agent's stores, which a row cannot be without: with what stands there instead. */
export const transcriptColumns: ReadonlyMap<string, string | null> = new Map([
  ["args_json", "{}"],
  ["inputs_json", "{}"],
  ["original_prompt", ""],
  ["partial_outputs", "{}"],
  ["result_json", null],
  ["tool_call_history", "[]"],
]);

/** A hash of what those columns hold, which would tell whether a guess at it is right. */
export const transcriptHash = "context_hash";

/** Columns that hold JSON as text, and have to after a change. */
export const jsonColumns: ReadonlySet<string> = new Set(["files", "notes_json", "payload_json"]);

/** A hash of everything that a fact was made of. */
export const contentHash = "content_sha256";
