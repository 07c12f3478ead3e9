import * as z from "zod";
import { invalidInput } from "../../../kernel/errors.ts";
import { defineOperation } from "../../shared/operation.ts";
import { evalJudgeDocument } from "../documents/files.ts";
import { priceEntry } from "../model/cost.ts";
import { judgeCosts, judgePrompt, judgeScores } from "../model/judge.ts";
import { microsToUsd } from "../model/money.ts";
import type { EvalJudgeView } from "./views.ts";

/** Maximum length of a text in characters. A longer text is more than a judge can process; it would cost much and fail. */
const maxLength = 200_000;

export const evalJudge = defineOperation({
  name: "eval judge",
  summary: "Have a model score a text for clarity, completeness and actionability; answers are cached",
  input: z.object({
    file: z.string().min(1).optional().describe("File with the text; default standard input"),
    text: z.string().optional().describe("The text"),
    purpose: z.string().trim().min(1).optional().describe("Purpose of the text, in a sentence"),
  }),
  positional: ["file"],
  stdin: {
    key: "text",
    wanted: ({ file }) => file === undefined,
    hint: "Name a file (`reward-ledger eval judge README.md`), or pipe a text into it.",
  },
  effect: "read",
  examples: [
    { run: 'reward-ledger eval judge README.md --purpose "first steps for new users"', does: "scores with reasons" },
    { run: "git log -1 --format=%B | reward-ledger eval judge", does: "judge the last commit message" },
  ],
  document: evalJudgeDocument,
  async run({ files, evals, clock }, { file, text: textInput = "", purpose = null }, { signal }): Promise<EvalJudgeView> {
    const what = file ?? "the text to judge";
    const text = file === undefined ? textInput : await files.text(file);
    if (text.trim() === "") throw invalidInput(what, ["it is empty"]);
    if (text.length > maxLength) throw invalidInput(what, [`it is longer than ${maxLength} characters`]);
    const { result, meta } = await evals.judge(judgePrompt(text, purpose), judgeScores, { signal });
    const [entry] = judgeCosts(meta);
    const priced = entry === undefined ? undefined : priceEntry(entry, await evals.prices(), clock.now().getTime());
    const { clarity, completeness, actionability, reasoning } = result;
    return {
      clarity,
      completeness,
      actionability,
      reasoning,
      ...meta,
      cost_usd: priced === undefined ? 0 : priced.priced ? microsToUsd(priced.costMicros) : null,
    };
  },
});
