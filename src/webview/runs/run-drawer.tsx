import type { ComponentChildren, JSX } from "preact";
import type { RunDetailView } from "../../features/reviews/operations/views.ts";
import { Loaded } from "../shared/async-content.tsx";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { Drawer } from "../shared/drawer.tsx";
import { useRequest } from "../shared/use-load.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";
import { FindingList } from "./finding-list.tsx";
import { Formula } from "./formula.tsx";

type Props = Readonly<{
  factId: string;
  /** The rule whose list the run was opened from. */
  fromRule: string | null;
}>;

/** One run opened: its verdict, what it earned and why, where it came from and what it found. */
export function RunDrawer({ factId, fromRule }: Props): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const load = useRequest("run", { fact_id: factId });
  const back =
    fromRule === null ? null : { text: texts.t("run.back", { rule: fromRule }), onBack: () => dispatch({ type: "closeRun" }) };
  const title =
    load.view === null ? (
      texts.t("run.title")
    ) : (
      <span class="with-mark">
        <VerdictMark verdict={load.view.run.verdict} />
        {texts.t(`verdict.${load.view.run.verdict}`)}
      </span>
    );
  return (
    <Drawer name={`run ${factId}`} title={title} back={back}>
      <Loaded load={load} drawer>
        {(detail) => <RunBody detail={detail} />}
      </Loaded>
    </Drawer>
  );
}

function RunBody({ detail }: Readonly<{ detail: RunDetailView }>): JSX.Element {
  const texts = useTexts();
  return (
    <>
      {detail.hidden && <p class="warning-note">{texts.t("run.hidden")}</p>}
      <Warnings warnings={detail.warnings} />
      <p class="run-summary">{detail.summary}</p>
      <Formula formula={detail.formula} />
      <RunFacts detail={detail} />
      <FindingList factId={detail.run.fact_id} findings={detail.findings} />
      <ChangedFiles files={detail.changed_files} />
    </>
  );
}

/** What the report says otherwise than what counts. */
function Warnings({ warnings }: Readonly<{ warnings: readonly string[] }>): JSX.Element | null {
  const texts = useTexts();
  if (warnings.length === 0) return null;
  return (
    <div class="warning-note">
      <h3 id="run-warnings">{texts.t("run.warnings")}</h3>
      <ul aria-labelledby="run-warnings">
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </div>
  );
}

function RunFacts({ detail }: Readonly<{ detail: RunDetailView }>): JSX.Element {
  const texts = useTexts();
  const { run, branch, commit, house_rules_version: houseRules, assurance_status: assurance } = detail;
  const facts: readonly Readonly<{ name: string; value: ComponentChildren }>[] = [
    { name: texts.t("run.time"), value: texts.dateTime(Date.parse(run.created_at)) },
    { name: texts.t("run.agent"), value: run.agent },
    ...(run.project === null ? [] : [{ name: texts.t("run.project"), value: run.project }]),
    ...(branch === null ? [] : [{ name: texts.t("run.branch"), value: <code>{branch}</code> }]),
    ...(commit === null ? [] : [{ name: texts.t("run.commit"), value: <code title={commit}>{commit.slice(0, 10)}</code> }]),
    ...(run.issue_number === null
      ? []
      : [{ name: texts.t("run.issue"), value: texts.t("run.issueNumber", { n: run.issue_number }) }]),
    ...(houseRules === null
      ? []
      : [{ name: texts.t("run.houseRules"), value: texts.t("run.houseRulesVersion", { n: houseRules }) }]),
    ...(assurance === null ? [] : [{ name: texts.t("run.assurance"), value: <code>{assurance}</code> }]),
    ...(run.mode === "shadow" ? [{ name: texts.t("run.mode"), value: texts.t("run.shadow") }] : []),
    { name: texts.t("run.id"), value: <code class="run-id">{run.run_id}</code> },
  ];
  return (
    <dl class="facts">
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ChangedFiles({ files }: Readonly<{ files: readonly string[] }>): JSX.Element | null {
  const texts = useTexts();
  if (files.length === 0) return null;
  return (
    <details class="drawer-section changed-files">
      <summary>
        {texts.t("run.changedFiles")} <span class="count">{texts.number(files.length)}</span>
      </summary>
      <ul>
        {files.map((file) => (
          <li key={file} class="path">
            {file}
          </li>
        ))}
      </ul>
    </details>
  );
}
