import type { Style } from "../../render/terminal/style.ts";
import { plain } from "./text.ts";

/** Warnings under an answer, one line each. */
export const warningLines = (warnings: readonly string[], { colors }: Style): readonly string[] =>
  warnings.map((warning) => `  ${colors.yellow("warning")} ${plain(warning)}`);
