import type { JSX } from "preact";
import type { PanelNotice } from "../../protocol/trends-panel.ts";
import { useTexts } from "./contexts.ts";
import type { Host } from "./host.ts";

type Command = Extract<PanelNotice, { type: "command" }>["command"];

/** Writes a report that the ledger reads. */
const reviewCommand = "specfact code review run --json";

/** Teaches the first step while nothing has been recorded. */
export function EmptyLedger({ host }: Readonly<{ host: Host }>): JSX.Element {
  const texts = useTexts();
  const run = (command: Command) => (): void => host.notify({ type: "command", command });
  const [before, after = ""] = texts.t("empty.step1").split("{command}");
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{texts.t("empty.title")}</h2>
      <p>{texts.t("empty.text")}</p>
      <ol>
        <li>
          {before}
          <code>{reviewCommand}</code>
          {after}
        </li>
        <li>{texts.t("empty.step2")}</li>
        <li>{texts.t("empty.step3")}</li>
      </ol>
      <div class="buttons">
        <button type="button" class="primary" onClick={run("updateFromFile")}>
          {texts.t("empty.update")}
        </button>
        <button type="button" class="secondary" onClick={run("import")}>
          {texts.t("empty.import")}
        </button>
        <button type="button" class="secondary" onClick={run("openWalkthrough")}>
          {texts.t("empty.walkthrough")}
        </button>
      </div>
    </section>
  );
}
