import type { JSX } from "preact";
import type { PanelCommand } from "../../protocol/trends-panel.ts";
import { usePanel, useTexts } from "./contexts.ts";
import type { StringKey } from "./strings.ts";
import type { Texts } from "./texts.ts";

/** Instructions for recording the first data of a tab. A step's `code` replaces `{code}` in its text. */
export type FirstSteps = Readonly<{
  title: StringKey | ((texts: Texts) => string);
  text: StringKey;
  steps: readonly Readonly<{ text: StringKey; code?: string }>[];
  /** The first is the primary one. */
  buttons: readonly Readonly<{ text: StringKey; command: PanelCommand }>[];
}>;

export const walkthrough = { text: "empty.walkthrough", command: "openWalkthrough" } as const;

/** Shows the first steps while nothing has been recorded. */
export function EmptyLedger({ first }: Readonly<{ first: FirstSteps }>): JSX.Element {
  const texts = useTexts();
  const { host } = usePanel();
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{typeof first.title === "string" ? texts.t(first.title) : first.title(texts)}</h2>
      <p>{texts.t(first.text)}</p>
      <StepList steps={first.steps} />
      <div class="buttons">
        {first.buttons.map(({ text, command }, index) => (
          <button
            key={command}
            type="button"
            class={index === 0 ? "primary" : "secondary"}
            onClick={() => host.notify({ type: "command", command })}
          >
            {texts.t(text)}
          </button>
        ))}
      </div>
    </section>
  );
}

/** A list of steps in which text to type is formatted as code. @param values values of the texts' placeholders */
export function StepList({
  steps,
  values = {},
}: Readonly<{ steps: FirstSteps["steps"]; values?: Readonly<Record<string, string>> }>): JSX.Element {
  const texts = useTexts();
  return (
    <ol>
      {steps.map(({ text, code }) => {
        const [before, after = ""] = texts.t(text, values).split("{code}");
        return (
          <li key={text}>
            {before}
            {code !== undefined && <code>{code}</code>}
            {after}
          </li>
        );
      })}
    </ol>
  );
}
