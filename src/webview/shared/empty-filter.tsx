import type { JSX } from "preact";
import { useTexts } from "./contexts.ts";
import type { StringKey } from "./strings.ts";

type Props = Readonly<{
  /** Text that says what was not found. */
  text: StringKey;
  onAll: (() => void) | null;
  onReset(): void;
}>;

/** Offers a wider filter when nothing matches the current one. */
export function EmptyFilter({ text, onAll, onReset }: Props): JSX.Element {
  const texts = useTexts();
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{texts.t("empty.filter.title")}</h2>
      <p>{texts.t(text)}</p>
      <div class="buttons">
        {onAll !== null && (
          <button type="button" class="primary" onClick={onAll}>
            {texts.t("empty.filter.all")}
          </button>
        )}
        <button type="button" class="secondary" onClick={onReset}>
          {texts.t("filter.reset")}
        </button>
      </div>
    </section>
  );
}
