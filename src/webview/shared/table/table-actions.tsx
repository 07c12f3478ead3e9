import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { usePanel, useTexts } from "../contexts.ts";
import { failureView } from "../host.ts";
import type { Column } from "./columns.ts";
import { toCsv } from "./csv.ts";
import { toMarkdown } from "./markdown.ts";

type Props<Row> = Readonly<{ fileName: string; columns: readonly Column<Row>[]; rows: readonly Row[] }>;

/** Buttons that export the whole table: to the clipboard as CSV or Markdown, or to a CSV file. */
export function TableActions<Row>({ fileName, columns, rows }: Props<Row>): JSX.Element {
  const texts = useTexts();
  const { host } = usePanel();
  const [status, setStatus] = useState("");
  const csv = (): string =>
    toCsv(
      columns.map(({ title }) => title),
      rows.map((row) => columns.map(({ value }) => value(row))),
    );
  const markdown = (): string =>
    toMarkdown(
      columns,
      rows.map((row) => columns.map(({ text }) => text(row))),
    );
  const report = (work: Promise<string>): void => {
    setStatus("");
    work.then(setStatus, (error: unknown) => setStatus(failureView(error).message));
  };
  const copied = texts.count("table.copied", rows.length);
  const copy = (text: string): void => report(host.ask("copy", { text }).then(() => copied));
  const save = (): void =>
    report(
      host
        .ask("save", { suggested_name: fileName, text: csv() })
        .then(({ saved }) => texts.t(saved ? "table.saved" : "table.notSaved")),
    );
  return (
    <div class="table-actions">
      <button type="button" class="secondary" onClick={() => copy(csv())}>
        {texts.t("table.copyCsv")}
      </button>
      <button type="button" class="secondary" onClick={() => copy(markdown())}>
        {texts.t("table.copyMarkdown")}
      </button>
      <button type="button" class="secondary" onClick={save}>
        {texts.t("table.save")}
      </button>
      <output class="muted">{status}</output>
    </div>
  );
}
