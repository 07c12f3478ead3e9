import type { JSX } from "preact";
import type { PanelNotice } from "../../protocol/trends-panel.ts";
import { useTexts } from "../shared/contexts.ts";
import type { Host } from "../shared/host.ts";

type Command = Extract<PanelNotice, { type: "command" }>["command"];

const pushCommand = "reward-ledger eval push run.json";
const collector = "reward-ledger/collector";

/** A sentence with `{code}` in it, which is set as code. */
function WithCode({ text, code }: Readonly<{ text: string; code: string }>): JSX.Element {
  const [before, after = ""] = text.split("{code}");
  return (
    <>
      {before}
      <code>{code}</code>
      {after}
    </>
  );
}

/** Teaches the first step while no eval run has been recorded. */
export function EmptyEvals({ host }: Readonly<{ host: Host }>): JSX.Element {
  const texts = useTexts();
  const run = (command: Command) => (): void => host.notify({ type: "command", command });
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{texts.t("evals.empty.title")}</h2>
      <p>{texts.t("evals.empty.text")}</p>
      <ol>
        <li>
          <WithCode text={texts.t("evals.empty.step1")} code={collector} />
        </li>
        <li>
          <WithCode text={texts.t("evals.empty.step2")} code={pushCommand} />
        </li>
        <li>{texts.t("evals.empty.step3")}</li>
      </ol>
      <div class="buttons">
        <button type="button" class="primary" onClick={run("evalPush")}>
          {texts.t("evals.empty.push")}
        </button>
        <button type="button" class="secondary" onClick={run("evalImport")}>
          {texts.t("evals.empty.import")}
        </button>
        <button type="button" class="secondary" onClick={run("openWalkthrough")}>
          {texts.t("empty.walkthrough")}
        </button>
      </div>
    </section>
  );
}
