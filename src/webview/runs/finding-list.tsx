import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { FindingView } from "../../features/reviews/operations/views.ts";
import type { ErrorView } from "../../kernel/ledger-error.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { ErrorNotice } from "../shared/error-notice.tsx";
import { failureView } from "../shared/host.ts";
import { moveFocus } from "../shared/roving-focus.ts";
import { byFile } from "./by-file.ts";
import { SeverityMark } from "./severity-mark.tsx";

/** Findings listed at first: a run can have thousands. */
const firstFindings = 200;

/** The findings of a run by file; each opens its file and line in the editor. */
export function FindingList({ factId, findings }: Readonly<{ factId: string; findings: readonly FindingView[] }>): JSX.Element {
  const texts = useTexts();
  const { host } = usePanel();
  const [all, setAll] = useState(false);
  const [failure, setFailure] = useState<ErrorView | null>(null);
  const files = useMemo(() => byFile(all ? findings : findings.slice(0, firstFindings)), [findings, all]);

  const open = (finding: FindingView): void => {
    setFailure(null);
    host
      .ask("openFinding", { fact_id: factId, file: finding.file, line: finding.line })
      .catch((error: unknown) => setFailure(failureView(error)));
  };

  return (
    <section class="drawer-section" aria-labelledby="findings-title">
      <h3 id="findings-title">
        {texts.t("run.findings")} <span class="count">{texts.number(findings.length)}</span>
      </h3>
      {findings.length === 0 && <p class="muted">{texts.t("run.noFindings")}</p>}
      {failure !== null && <ErrorNotice error={failure} />}
      <ul class="files" onKeyDown={(event) => moveFocus(event, event.currentTarget, ".finding")}>
        {files.map(({ file, findings: own }) => (
          <li key={file} class="file">
            <h4 title={file}>
              <span class="path">{file}</span> <span class="count">{texts.number(own.length)}</span>
            </h4>
            <ul>
              {own.map((finding, index) => (
                <li key={`${index} ${finding.line} ${finding.rule}`}>
                  <FindingButton finding={finding} onOpen={() => open(finding)} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {!all && findings.length > firstFindings && (
        <button type="button" class="secondary more" onClick={() => setAll(true)}>
          {texts.t("run.moreFindings", { n: texts.number(findings.length) })}
        </button>
      )}
    </section>
  );
}

function FindingButton({ finding, onOpen }: Readonly<{ finding: FindingView; onOpen(): void }>): JSX.Element {
  const texts = useTexts();
  return (
    <button
      type="button"
      class="finding"
      title={texts.t("run.openFinding", { file: finding.file, line: finding.line })}
      onClick={onOpen}
    >
      <SeverityMark severity={finding.severity} />
      <span class="finding-text">
        <span>
          <span class="hidden-text">{texts.t(`severity.${finding.severity}`)}: </span>
          {finding.message}
        </span>
        <span class="muted finding-place">
          <span>{texts.t("run.line", { line: finding.line })}</span>
          <span class="rule-name">{finding.rule}</span>
          <span>{finding.tool}</span>
          {finding.blocking && <span class="tag">{texts.t("run.blocking")}</span>}
          {finding.fixable && <span class="tag">{texts.t("run.fixable")}</span>}
        </span>
      </span>
    </button>
  );
}
