import type { TranscriptFormat } from "../model/transcript.ts";
import { claude, claudeHistory } from "./claude.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";

/** The supported formats of transcripts, by name. To add a format, add an entry here. */
export const transcriptFormats: ReadonlyMap<string, TranscriptFormat> = new Map([
  ["claude history", claudeHistory],
  ["claude", claude],
  ["codex", codex],
  ["gemini", gemini],
]);

/** Detects the format of a line from its content. */
export const formatOf = (line: Readonly<Record<string, unknown>>): string | null =>
  [...transcriptFormats].find(([, format]) => format.isLine(line))?.[0] ?? null;
