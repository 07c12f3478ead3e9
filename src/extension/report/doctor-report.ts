import type { DoctorView } from "../../features/reviews/operations/views.ts";
import { plain, table } from "../format/markdown.ts";
import type { Translate } from "../format/translate.ts";

/** The result of `doctor` as a Markdown document: what needs attention first, then every check. */
export function doctorReport(view: DoctorView, t: Translate): string {
  const attention = view.checks.filter(({ state }) => state !== "ok");
  const sections = [
    `# ${t("Doctor")}`,
    view.ok ? t("✓ Nothing needs attention.") : t("Something needs attention; what to do stands beside it."),
  ];
  if (attention.length > 0) {
    sections.push(`## ${t("To do")}`);
    sections.push(
      attention
        .map(
          ({ name, state, detail, hint }) =>
            `- ${mark(state)} **${plain(name)}**: ${plain(detail)}${hint === null ? "" : `\n  → ${plain(hint)}`}`,
        )
        .join("\n"),
    );
  }
  sections.push(
    `## ${t("Checks")}`,
    table(
      ["", t("Check"), t("Result")],
      ["left", "left", "left"],
      view.checks.map(({ name, state, detail }) => [mark(state), plain(name), plain(detail)]),
    ),
  );
  return `${sections.join("\n\n")}\n`;
}

function mark(state: DoctorView["checks"][number]["state"]): string {
  switch (state) {
    case "ok":
      return "✓";
    case "warn":
      return "⚠";
    case "fail":
      return "✗";
    default:
      return state satisfies never;
  }
}
