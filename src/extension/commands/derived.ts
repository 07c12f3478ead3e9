import * as vscode from "vscode";
import { approveCommands } from "../dialogs/approve-commands.ts";
import { askText } from "../dialogs/ask-text.ts";
import { askValue } from "../dialogs/ask-value.ts";
import { chooseFolder } from "../dialogs/choose-folder.ts";
import { pick } from "../dialogs/pick.ts";
import { mayWriteProject } from "../dialogs/trust.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import { parseDollars, parseObjectText, parseWhole } from "../format/parse-input.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { SampleMode } from "../sample/mode.ts";
import { readSettings } from "../settings.ts";
import type { CallSurroundings, Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { type Option, type PaletteCommand, type PaletteCommandName, palette, type Question } from "./palette.ts";
import type { Handler } from "./register.ts";

export type DerivedCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  style(): TimeStyle;
  /** The project that the window is limited to; undefined: all. */
  scope(): Promise<string | undefined>;
  sample: Pick<SampleMode, "home">;
}>;

type Values = Readonly<Record<string, unknown>>;

/** @returns the chosen conditions; undefined when the user backs out or chooses nothing */
async function askOptions(title: string, options: readonly Option[]): Promise<Values | undefined> {
  const { t } = vscode.l10n;
  const picked = await vscode.window.showQuickPick(
    options.map((option) => ({ label: option.label, option })),
    { title, canPickMany: true },
  );
  if (picked === undefined || picked.length === 0) return undefined;
  const values: Record<string, unknown> = {};
  for (const { option } of picked) {
    const { number } = option;
    const parse = (text: string): number | undefined => (/^\d{1,4}$/.test(text.trim()) ? Number(text.trim()) : undefined);
    const value =
      number === undefined
        ? true
        : await askValue({ title, ...number, initial: String(number.initial), parse, problem: t("Enter a whole number.") });
    if (value === undefined) return undefined;
    values[option.key] = value;
  }
  return values;
}

type TypedQuestion = Extract<Question, { kind: unknown }>;

/** Asks for a typed value; null for an empty text if the question is optional, undefined when the user backs out. */
function askTyped(title: string, { prompt, kind, optional }: TypedQuestion): Promise<string | number | null | undefined> {
  const { t } = vscode.l10n;
  const optionalParser =
    <T>(parse: (text: string) => T | undefined) =>
    (text: string): T | null | undefined =>
      optional === true && text.trim() === "" ? null : parse(text);
  switch (kind) {
    case "text":
      return askText(title, prompt, optional).then((text) => (optional === true && text === "" ? null : text));
    case "object":
      return askValue({
        title,
        prompt,
        initial: "{}",
        parse: optionalParser(parseObjectText),
        problem: t("Enter a JSON object."),
      });
    case "whole":
      return askValue({ title, prompt, parse: optionalParser(parseWhole), problem: t("Enter a whole number.") });
    case "dollars": {
      const parse = optionalParser((text) => parseDollars(text, true));
      return askValue({ title, prompt, parse, problem: t("Enter an amount such as 25 or 2.50.") });
    }
    default:
      return kind satisfies never;
  }
}

async function askAll(title: string, questions: readonly Question[]): Promise<Values | undefined> {
  let values: Values = {};
  for (const question of questions) {
    if ("options" in question) {
      const chosen = await askOptions(title, question.options);
      if (chosen === undefined) return undefined;
      values = { ...values, ...chosen };
      continue;
    }
    const value = "choices" in question ? await pick(question.prompt, question.choices) : await askTyped(title, question);
    if (value === undefined) return undefined;
    if (value !== null) values = { ...values, [question.key]: value };
  }
  return values;
}

/** The commands defined by their operation alone: they ask for its input, run it, and show its document. */
export function derivedCommands(options: DerivedCommandOptions): Readonly<Record<PaletteCommandName, Handler>> {
  const { store, documents, surroundingsOf, style, scope, sample } = options;
  /** The surroundings in which a command runs; undefined when the user backs out or the command is not allowed there. */
  const resolveSurroundings = async ({
    title,
    project,
    approves,
  }: Pick<PaletteCommand, "title" | "project" | "approves">): Promise<CallSurroundings | undefined> => {
    if (project === undefined) return surroundingsOf();
    const folder = await chooseFolder(vscode.l10n.t("{0}: which folder?", title));
    if (folder === undefined || (project === "writes" && !(await mayWriteProject(sample)))) return undefined;
    const surroundings = surroundingsOf(vscode.Uri.file(folder));
    const question = vscode.l10n.t("{0}: let these commands run in this project?", title);
    return approves !== true || (await approveCommands(store, surroundings, question)) ? surroundings : undefined;
  };
  return palette(vscode.l10n.t, (command) => async () => {
    const { operation, title, fixed, scoped, capped, ask = [], brief } = command;
    const surroundings = await resolveSurroundings(command);
    if (surroundings === undefined) return;
    const answers = await askAll(title, ask);
    if (answers === undefined) return;
    const input = {
      ...fixed,
      ...(scoped === true ? { project: await scope() } : {}),
      ...(capped === true ? { max_lines: readSettings()["rules.maxLines"] } : {}),
      ...answers,
    };
    const { locale, zone } = style();
    const { markdown, line } = await withProgress(title, (signal, onProgress) =>
      store.report(operation, input, { title, locale, zone }, { signal, onProgress, surroundings }),
    );
    if (brief === true) vscode.window.setStatusBarMessage(line, 5_000);
    else await documents.show(title, markdown);
  });
}
