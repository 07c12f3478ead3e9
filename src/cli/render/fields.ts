import type { Style } from "../../render/terminal/style.ts";
import { widthOf } from "../../render/terminal/width.ts";

/** One line of a short description: a label, a value that is aligned with the others, and a remark. */
export type Field = Readonly<{ label: string; value: string; remark?: string | null }>;

/**
 * Labels, values and remarks in three aligned columns. Values that start with a digit or a sign are aligned to the right among
 * themselves, so that decimals stand under each other, unless they have nothing in common (`plainly`).
 */
export function fields(rows: readonly Field[], { colors }: Style, plainly = false): string {
  const isFigure = (value: string): boolean => !plainly && /^[-+]?\d[\d.,]*$/.test(value);
  const labels = Math.max(...rows.map(({ label }) => widthOf(label)));
  const figures = Math.max(0, ...rows.filter(({ value }) => isFigure(value)).map(({ value }) => widthOf(value)));
  return rows
    .map(({ label, value, remark }) => {
      const start = `${colors.dim(label)}${" ".repeat(labels - widthOf(label))}  `;
      const aligned = isFigure(value) ? value.padStart(figures) : value;
      return `${start}${aligned}${remark ? `  ${colors.dim(remark)}` : ""}`;
    })
    .join("\n");
}
