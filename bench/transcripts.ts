import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/*
 * Transcripts of a given size in the format of Claude Code: prompts, answers that the stream contains twice, tools and their
 * results of a few kilobytes. The same size gives the same bytes.
 */

const uuid = (n: number): string => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;

const code =
  "export function total(items: readonly Item[]): number {\n  return items.reduce((sum, item) => sum + item.price, 0);\n}\n";

/** The lines of the n-th exchange of a session. */
function exchange(session: string, n: number, start: number): readonly object[] {
  const at = (seconds: number): string => new Date(start + n * 40_000 + seconds * 1000).toISOString();
  const base = {
    isSidechain: false,
    userType: "external",
    cwd: "/work/shop",
    sessionId: session,
    version: "2.1.63",
    gitBranch: "main",
  };
  const id = `msg_${session.slice(0, 8)}${n}`;
  const answer = (seconds: number, output: number, content: readonly object[]) => ({
    ...base,
    type: "assistant",
    uuid: `a-${session}-${n}-${seconds}`,
    timestamp: at(seconds),
    requestId: `req_${n}`,
    message: {
      id,
      type: "message",
      role: "assistant",
      model: n % 5 === 0 ? "claude-haiku-4-5-20251001" : "claude-sonnet-4-5",
      content,
      usage: {
        input_tokens: 4,
        cache_creation_input_tokens: 900 + n,
        cache_read_input_tokens: 40_000 + n,
        cache_creation: { ephemeral_5m_input_tokens: 900 + n, ephemeral_1h_input_tokens: 0 },
        output_tokens: output,
        service_tier: "standard",
      },
    },
  });
  const tool = `toolu_${session.slice(0, 8)}${n}`;
  return [
    {
      ...base,
      type: "user",
      uuid: `u-${session}-${n}`,
      timestamp: at(0),
      message: { role: "user", content: `Step ${n}: go on` },
    },
    answer(5, 1, [{ type: "text", text: "I read the file, then change it. ".repeat(8) }]),
    answer(6, 300, [
      {
        type: "tool_use",
        id: tool,
        name: "Edit",
        input: { file_path: `/work/shop/src/file${n % 40}.ts`, new_string: code.repeat(4) },
      },
    ]),
    {
      ...base,
      type: "user",
      uuid: `r-${session}-${n}`,
      timestamp: at(9),
      message: { role: "user", content: [{ type: "tool_result", tool_use_id: tool, content: code.repeat(40) }] },
      toolUseResult: { filePath: `/work/shop/src/file${n % 40}.ts`, originalFile: code.repeat(20) },
    },
  ];
}

/** Writes transcripts of about `bytes` bytes below a folder, 8 MB each. */
export function writeTranscripts(folder: string, bytes: number): void {
  const projectFolder = join(folder, "projects", "-work-shop");
  mkdirSync(projectFolder, { recursive: true });
  for (let written = 0, n = 0; written < bytes; n += 1) {
    const session = uuid(n);
    const file = openSync(join(projectFolder, `${session}.jsonl`), "w");
    for (let size = 0, turn = 0; size < 8e6; turn += 1) {
      const text = exchange(session, turn, Date.UTC(2026, 0, 1 + (n % 28), 8))
        .map((line) => `${JSON.stringify(line)}\n`)
        .join("");
      size += writeSync(file, text);
      if (size >= 8e6) written += size;
    }
    closeSync(file);
  }
}
