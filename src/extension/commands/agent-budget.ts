import * as vscode from "vscode";
import { spendSummaryDocument } from "../../features/agent/documents/money.ts";
import type { BudgetView } from "../../features/agent/operations/views.ts";
import type { OperationInput } from "../../features/operations.ts";
import { formatUsd } from "../../render/markdown/words.ts";
import { askValue } from "../dialogs/ask-value.ts";
import { pick } from "../dialogs/pick.ts";
import { parseDollars } from "../format/parse-input.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type AgentBudgetCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  style(): TimeStyle;
}>;

type AgentBudgetCommands = Readonly<Record<"setBudget" | "extendBudget" | "showSpend", Handler>>;

/** Budget amounts that can be set. */
type Amount = "daily" | "weekly" | "monthly" | "extension_max";

/** Commands for the budget of agents. Every change that lets them spend more needs a second confirmation. */
export function agentBudgetCommands({ store, documents, surroundingsOf, style }: AgentBudgetCommandOptions): AgentBudgetCommands {
  const { t } = vscode.l10n;
  const money = (amount: number): string => formatUsd(amount, style());
  const surroundings = () => ({ surroundings: surroundingsOf() });

  const askConfirmation = async (question: string, detail: string, button: string): Promise<boolean> =>
    (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;

  const askAllowExtension = async (budget: BudgetView): Promise<OperationInput<"budget set"> | undefined> => {
    const allow_extension = await pick<"yes" | "no">(t("May a day's limit be extended?"), [
      { label: t("Yes"), value: "yes" },
      { label: t("No"), value: "no" },
    ]);
    if (allow_extension === undefined) return undefined;
    if (allow_extension === "no" || budget.allow_extension_request) return { allow_extension };
    const button = t("Allow Extensions");
    const isConfirmed = await askConfirmation(
      t("Allow extensions of a day's limit?"),
      t("Agents may spend what is granted."),
      button,
    );
    return isConfirmed ? { allow_extension, confirm: true } : undefined;
  };

  const askAmount = async (name: Amount, before: number): Promise<OperationInput<"budget set"> | undefined> => {
    const amount = await askValue({
      title: t("Set the Budget"),
      prompt: t("How many dollars? So far {0}.", money(before)),
      initial: String(before),
      parse: (text) => parseDollars(text, true),
      problem: t("Enter an amount such as 25 or 2.50."),
    });
    if (amount === undefined) return undefined;
    if (amount <= before) return { [name]: amount };
    const raise = t("Raise");
    const detail = t("It goes from {0} to {1}. Agents may spend it.", money(before), money(amount));
    return (await askConfirmation(t("Raise this limit?"), detail, raise)) ? { [name]: amount, confirm: true } : undefined;
  };

  return {
    setBudget: async () => {
      const budget = await store.call("budget show", {});
      const amounts = {
        daily: budget.daily_usd_limit,
        weekly: budget.weekly_usd_limit,
        monthly: budget.monthly_usd_limit,
        extension_max: budget.extension_max_per_day_usd,
      } satisfies Record<Amount, number>;
      const choice = await pick<Amount | "allow_extension">(t("Set which limit?"), [
        { label: t("A day"), description: money(amounts.daily), value: "daily" },
        { label: t("Seven days"), description: money(amounts.weekly), value: "weekly" },
        { label: t("A month"), description: money(amounts.monthly), value: "monthly" },
        { label: t("Extensions of a day, at most"), description: money(amounts.extension_max), value: "extension_max" },
        {
          label: t("Whether a day's limit may be extended"),
          description: budget.allow_extension_request ? t("Yes") : t("No"),
          value: "allow_extension",
        },
      ]);
      if (choice === undefined) return;
      const input = choice === "allow_extension" ? await askAllowExtension(budget) : await askAmount(choice, amounts[choice]);
      if (input === undefined) return;
      const { today } = await store.call("budget set", input, surroundings());
      vscode.window.setStatusBarMessage(t("Today: {0} of {1}.", money(today.spent_usd), money(today.limit_usd)), 5_000);
    },
    extendBudget: async () => {
      const { extension_left_usd: left, today } = await store.call("budget show", {});
      if (left <= 0) {
        void vscode.window.showInformationMessage(t("Nothing more may be granted for today."));
        return;
      }
      const maxText = money(left);
      const amount = await askValue({
        title: t("Extend Today's Budget"),
        prompt: t("How many dollars more for today? At most {0}.", maxText),
        parse: (text) => {
          const dollars = parseDollars(text);
          return dollars === undefined || dollars > left ? undefined : dollars;
        },
        problem: t("Enter an amount above 0, at most {0}.", maxText),
      });
      if (amount === undefined) return;
      const detail = t(
        "This raises today's limit from {0} to {1}. Agents may spend it.",
        money(today.limit_usd),
        money(today.limit_usd + amount),
      );
      if (!(await askConfirmation(t("Extend today's budget by {0}?", money(amount)), detail, t("Extend")))) return;
      await store.call("budget extend", { usd: amount }, surroundings());
    },
    showSpend: async () => {
      const period = await pick<"today" | "week" | "month" | "all">(t("Spending of which period?"), [
        { label: t("Today"), value: "today" },
        { label: t("Last seven days"), value: "week" },
        { label: t("This month"), value: "month" },
        { label: t("All time"), value: "all" },
      ]);
      if (period === undefined) return;
      const grouping = await pick<"by_model" | "by_task">(t("Group by what?"), [
        { label: t("Model"), value: "by_model" },
        { label: t("Task"), value: "by_task" },
      ]);
      if (grouping === undefined) return;
      const view = await store.call("spend summary", { [period]: true, [grouping]: true });
      await documents.show(t("Spend"), (words) => spendSummaryDocument(view, words));
    },
  };
}
