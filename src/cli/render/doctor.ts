import stringWidth from "string-width";
import type { DoctorView } from "../../features/reviews/operations/views.ts";
import type { Style } from "./style.ts";
import { plain } from "./text.ts";

type Check = DoctorView["checks"][number];

function mark(state: Check["state"], { colors }: Style): string {
  switch (state) {
    case "ok":
      return colors.green("ok  ");
    case "warn":
      return colors.yellow("warn");
    case "fail":
      return colors.red("fail");
    default:
      return state satisfies never;
  }
}

/** One line a check: state, name, what was found; what to do under those that need it. */
export function renderDoctor(view: DoctorView, style: Style): string {
  const { colors } = style;
  const width = Math.max(0, ...view.checks.map(({ name }) => stringWidth(plain(name))));
  const lines = view.checks.map(({ state, name, detail, hint }) => {
    const padded = `${plain(name)}${" ".repeat(width - stringWidth(plain(name)))}`;
    const line = `${mark(state, style)}  ${padded}  ${plain(detail)}`;
    return hint === null ? line : `${line}\n      ${" ".repeat(width)}  ${colors.dim(`→ ${plain(hint)}`)}`;
  });
  const bad = view.checks.filter(({ state }) => state === "fail").length;
  const doubtful = view.checks.filter(({ state }) => state === "warn").length;
  const summary = view.ok ? colors.green("Ready to record.") : colors.red("Something needs to be done.");
  return `${lines.join("\n")}\n\n${summary}  ${bad} failed, ${doubtful} to look at`;
}
