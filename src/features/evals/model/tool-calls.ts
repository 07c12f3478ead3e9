import * as z from "zod";

/** How often each tool was called. */
export type ToolCounts = Readonly<Record<string, number>>;

/** An assistant event of a transcript. All other content of a transcript is ignored. */
const assistantEvent = z.object({ type: z.literal("assistant"), message: z.object({ content: z.array(z.unknown()) }) });

const toolUse = z.object({ type: z.literal("tool_use"), name: z.string() });

const sorted = (counts: ReadonlyMap<string, number>): ToolCounts =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Counts the `tool_use` items of the assistant events of a transcript, by tool name, ascending. */
export function toolCounts(transcript: readonly unknown[] | undefined): ToolCounts {
  const counts = new Map<string, number>();
  for (const event of transcript ?? []) {
    const assistant = assistantEvent.safeParse(event);
    for (const item of assistant.data?.message.content ?? []) {
      const use = toolUse.safeParse(item);
      if (use.success) counts.set(use.data.name, (counts.get(use.data.name) ?? 0) + 1);
    }
  }
  return sorted(counts);
}

/** Adds two counts. */
export function addToolCounts(a: ToolCounts, b: ToolCounts): ToolCounts {
  const counts = new Map(Object.entries(a));
  for (const [tool, count] of Object.entries(b)) counts.set(tool, (counts.get(tool) ?? 0) + count);
  return sorted(counts);
}
