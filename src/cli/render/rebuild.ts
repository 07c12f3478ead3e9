import type { RebuildView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { count } from "./text.ts";

/** How many facts the index was built from. */
export const renderRebuild = (view: RebuildView, { colors }: Style): string =>
  `${colors.green("Rebuilt")} the index from ${count(view.facts, "fact")}`;
