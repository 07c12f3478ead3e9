import type { JSX } from "preact";
import { useTexts } from "./contexts.ts";
import { moveFocus } from "./roving-focus.ts";
import type { Presentation } from "./state.ts";

const presentations = ["chart", "table"] as const satisfies readonly Presentation[];

/** Switches between a chart and its table. */
export function PresentationSwitch({
  as,
  onChange,
}: Readonly<{ as: Presentation; onChange(as: Presentation): void }>): JSX.Element {
  const texts = useTexts();
  return (
    <fieldset class="switch" onKeyDown={(event) => moveFocus(event, event.currentTarget, "button")}>
      <legend class="hidden-text">{texts.t("view.choose")}</legend>
      {presentations.map((one) => (
        <button key={one} type="button" aria-pressed={one === as} onClick={() => onChange(one)}>
          {texts.t(`view.${one}`)}
        </button>
      ))}
    </fieldset>
  );
}
