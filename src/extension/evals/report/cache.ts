import type { EvalCacheStatsView, EvalCacheVerifyView } from "../../../features/evals/operations/views.ts";
import { plain } from "../../../render/markdown/escape.ts";
import { table } from "../../../render/markdown/table.ts";
import { fullTime, type TimeStyle } from "../../format/time-text.ts";
import type { Translate } from "../../format/translate.ts";
import { whole } from "../figures.ts";

/** Bytes in the unit that fits: `12 kB`. */
const size = (bytes: number, { locale }: TimeStyle): string => {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step);
};

/** What is cached, by suite, as a Markdown document. */
export function cacheStatsReport(suites: readonly EvalCacheStatsView[], style: TimeStyle, t: Translate): string {
  const time = (iso: string | null): string => (iso === null ? "–" : fullTime(iso, style));
  const body =
    suites.length === 0
      ? t("Nothing is cached yet.")
      : table(
          [t("Suite"), t("Answers"), t("Size"), t("Oldest"), t("Newest")],
          ["left", "right", "right", "left", "left"],
          suites.map((one) =>
            [one.suite, whole(one.entries, style), size(one.bytes, style), time(one.oldest), time(one.newest)].map(plain),
          ),
        );
  return `# ${t("Cached Answers")}\n\n${body}\n`;
}

/** Which cached answers cannot be used, as a Markdown document. */
export function cacheVerifyReport(view: EvalCacheVerifyView, style: TimeStyle, t: Translate): string {
  const sections = [
    `# ${t("Cached Answers")}`,
    view.ok
      ? view.valid === 1
        ? t("✓ The only cached answer can be used.")
        : t("✓ All {0} cached answers can be used.", whole(view.valid, style))
      : t(
          "✗ Cached answers that cannot be used: {0} of {1}.",
          whole(view.invalid, style),
          whole(view.valid + view.invalid, style),
        ),
  ];
  if (view.errors.length > 0)
    sections.push(
      table(
        [t("Suite"), t("File"), t("What is wrong")],
        ["left", "left", "left"],
        view.errors.slice(0, 500).map(({ suite, file, reason }) => [suite, file, reason].map(plain)),
      ),
    );
  return `${sections.join("\n\n")}\n`;
}
