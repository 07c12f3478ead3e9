import type { JSX } from "preact";
import { useTexts } from "../shared/contexts.ts";
import type { Host } from "../shared/host.ts";

const pushCommand = "reward-ledger eval push run.json";
const entry = '"costs": [{ "model": "claude-sonnet-4-6", "calls": 12, "input_tokens": 48000, "output_tokens": 3900 }]';

/**
 * Teaches how costs come into the ledger while no eval run has been recorded, or none of those in sight tells its cost.
 * @param untold how many runs there are that do not
 */
export function EmptyCosts({ host, untold }: Readonly<{ host: Host; untold: number }>): JSX.Element {
  const texts = useTexts();
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{untold === 0 ? texts.t("costs.empty.title") : texts.count("costs.untold", untold)}</h2>
      <p>{texts.t(untold === 0 ? "costs.empty.text" : "costs.empty.untold")}</p>
      <ol>
        <li>
          {texts.t("costs.empty.step1")} <code>{entry}</code>
        </li>
        <li>
          {texts.t("costs.empty.step2")} <code>{pushCommand}</code>
        </li>
        <li>{texts.t("costs.empty.step3")}</li>
      </ol>
      <div class="buttons">
        <button type="button" class="secondary" onClick={() => host.notify({ type: "command", command: "openWalkthrough" })}>
          {texts.t("empty.walkthrough")}
        </button>
      </div>
    </section>
  );
}
