import * as z from "zod";
import { isTime } from "../../agent/model/column-types.ts";
import type { SpoolLine } from "./spool-line.ts";

const text = z.string().max(4_000);

/** A line of the spool as it is read back. */
const lineSchema = z.object({
  v: z.literal(1),
  at: z.string().refine(isTime),
  host: text.min(1),
  event: text.min(1),
  session: z.exactOptional(text),
  model: z.exactOptional(text),
  cwd: z.exactOptional(text),
  transcript: z.exactOptional(text),
  tool: z.exactOptional(text),
  call: z.exactOptional(text),
  args: z.exactOptional(z.record(z.string(), text)),
  result: z.exactOptional(text),
  files: z.exactOptional(z.array(text).max(100)),
  ms: z.exactOptional(z.int().min(0)),
  error: z.exactOptional(text),
  branch: z.exactOptional(text),
  commit: z.exactOptional(text),
  cut: z.exactOptional(z.literal(true)),
  late: z.exactOptional(z.literal(true)),
});

/** Parses the event of a line; undefined for a line that is torn or has another form. */
export function readLine(bytes: Uint8Array): SpoolLine | undefined {
  const decoded = new TextDecoder().decode(bytes);
  if (!decoded.endsWith("\n")) return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(decoded)).data;
  } catch {
    // Torn: the caller reports it.
    return undefined;
  }
}
