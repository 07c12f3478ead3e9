import * as z from "zod";
import { parseTime, trimmedText } from "../../agent/operations/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { sessionsImportDocument } from "../documents/import.ts";
import { importTranscripts, type SessionsImportView } from "./import-transcripts.ts";

export const sessionsImport = defineOperation({
  name: "sessions import",
  summary: "Record sessions and their cost from transcripts of Claude Code, Codex and Gemini",
  input: z.object({
    file: z.array(trimmedText).default([]).describe("Transcripts, or folders with some; default where the agents keep theirs"),
    since: trimmedText.optional().describe("Only transcripts written since this time, ISO-8601"),
    dry_run: z.boolean().default(false).describe("Read and count, but record nothing"),
  }),
  positional: ["file"],
  effect: "write",
  examples: [
    { run: "reward-ledger sessions import", does: "record what is new in the agents' transcripts" },
    { run: "reward-ledger sessions import ~/.claude/projects --dry-run", does: "show what would be recorded" },
  ],
  document: sessionsImportDocument,
  // Lines and files that cannot be read do not make the command fail if others can be read.
  failed: ({ files_read, files_failed }: SessionsImportView) => files_failed > 0 && files_failed === files_read,
  run: (ports, { file, since, dry_run: dryRun }, context): Promise<SessionsImportView> =>
    importTranscripts(
      ports,
      { files: file, dryRun, since: since === undefined ? undefined : Date.parse(parseTime("since", since)) },
      context,
    ),
});
