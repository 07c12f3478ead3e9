import { type Renderer, screenful } from "../command.ts";

/** Draws the latest rows, and says that there may be more where a screenful is shown. @param rows what they are, in the plural */
export const latestOf =
  <Row>(draw: Renderer<readonly Row[]>, rows: string): Renderer<readonly Row[]> =>
  (shown, style) => {
    const drawn = draw(shown, style);
    if (shown.length < screenful) return drawn;
    return `${drawn}\n\n${style.colors.dim(`The latest ${screenful} ${rows}; --limit shows more, --json all.`)}`;
  };
