import type { ComponentChildren, JSX } from "preact";
import { useCallback } from "preact/hooks";
import type { RunDetailView } from "../../features/reviews/operations/views.ts";
import { useTexts } from "../shared/contexts.ts";
import { Drawer } from "../shared/drawer.tsx";
import { ErrorNotice } from "../shared/error-notice.tsx";
import type { Host } from "../shared/host.ts";
import { DrawerSkeleton } from "../shared/skeleton.tsx";
import { useAnswer } from "../shared/use-answer.ts";
import { FindingList } from "./finding-list.tsx";
import { Formula } from "./formula.tsx";
import { VerdictMark } from "./verdict-mark.tsx";

type Props = Readonly<{
  host: Host;
  factId: string;
  /** The rule whose list the run was opened from. */
  fromRule: string | null;
  onBack(): void;
  onClose(): void;
}>;

/** One run opened: its verdict, what it earned and why, where it came from and what it found. */
export function RunDrawer({ host, factId, fromRule, onBack, onClose }: Props): JSX.Element {
  const texts = useTexts();
  const ask = useCallback(() => host.run({ fact_id: factId }), [host, factId]);
  const [answer, again] = useAnswer(ask);
  const back = fromRule === null ? null : { text: texts.t("run.back", { rule: fromRule }), onBack };
  const title =
    answer.state === "ready" ? (
      <span class="with-mark">
        <VerdictMark verdict={answer.value.run.verdict} />
        {texts.t(`verdict.${answer.value.run.verdict}`)}
      </span>
    ) : (
      texts.t("run.title")
    );
  return (
    <Drawer name={`run ${factId}`} title={title} back={back} onClose={onClose}>
      {answer.state === "loading" && <DrawerSkeleton />}
      {answer.state === "failed" && <ErrorNotice error={answer.error} onRetry={again} />}
      {answer.state === "ready" && <RunBody host={host} detail={answer.value} />}
    </Drawer>
  );
}

function RunBody({ host, detail }: Readonly<{ host: Host; detail: RunDetailView }>): JSX.Element {
  const texts = useTexts();
  return (
    <>
      {detail.hidden && <p class="warning-note">{texts.t("run.hidden")}</p>}
      <Warnings warnings={detail.warnings} />
      <p class="run-summary">{detail.summary}</p>
      <Formula formula={detail.formula} />
      <RunFacts detail={detail} />
      <FindingList host={host} factId={detail.run.fact_id} findings={detail.findings} />
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
