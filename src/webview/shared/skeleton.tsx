import type { JSX } from "preact";
import { useTexts } from "./contexts.ts";

/** Placeholder for the panel's content. It appears after a delay, so that a quick answer causes no flicker. */
export function Skeleton(): JSX.Element {
  const texts = useTexts();
  return (
    <div class="skeleton" role="status">
      <span class="hidden-text">{texts.t("load.loading")}</span>
      <div class="tiles">
        <div class="bone tile-bone" />
        <div class="bone tile-bone" />
        <div class="bone tile-bone" />
        <div class="bone tile-bone" />
      </div>
      <div class="bone tabs-bone" />
      <div class="bone chart-bone" />
    </div>
  );
}

/** Placeholder for the content of a drawer. */
export function DrawerSkeleton(): JSX.Element {
  const texts = useTexts();
  return (
    <div class="skeleton" role="status">
      <span class="hidden-text">{texts.t("load.loading")}</span>
      <div class="bone line-bone" />
      <div class="bone line-bone" />
      <div class="bone line-bone" />
    </div>
  );
}
