import type { TranscriptFormat } from "../model/transcript.ts";
import { claude, claudeHistory } from "./claude.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";

/** The formats of transcripts that are read, by name. A new one is one entry here. */
export const transcriptFormats: ReadonlyMap<string, TranscriptFormat> = new Map([
  ["claude history", claudeHistory],
  ["claude", claude],
  ["codex", codex],
  ["gemini", gemini],
]);

/** The format that a line belongs to, by what it says. */
export const formatOf = (line: Readonly<Record<string, unknown>>): string | null =>
  [...transcriptFormats].find(([, format]) => format.isLine(line))?.[0] ?? null;
