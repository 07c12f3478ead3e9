import * as z from "zod";
import { invalidInput } from "../../../kernel/errors.ts";
import { defineOperation } from "../../shared/operation.ts";
import { type CommentView, commentDocument } from "../documents/comment.ts";
import { commentBody, commentMark } from "../model/comment.ts";

export const comment = defineOperation({
  name: "comment",
  summary: "Write a report as a pull-request comment on GitHub, or update the one that is there",
  input: z.object({
    from: z.string().min(1).optional().describe("File with the Markdown; default standard input"),
    text: z.string().optional().describe("The Markdown"),
    key: z
      .string()
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "must be lower-case words joined by hyphens")
      .max(64)
      .default("report")
      .describe("Name of the comment, where several jobs write one each"),
    pull_request: z.int().min(1).optional().describe("Number of the pull request; default the one that the job is about"),
  }),
  stdin: {
    key: "text",
    wanted: ({ from }) => from === undefined,
    hint: "Pipe Markdown into it (`reward-ledger report --markdown | reward-ledger comment`), or name a file with --from.",
  },
  effect: "write",
  examples: [
    { run: "reward-ledger report --markdown --against main | reward-ledger comment", does: "in a job of GitHub Actions" },
    { run: "reward-ledger comment --from report.md --key backend", does: "one comment of several" },
  ],
  document: commentDocument,
  async run({ files, codeHost }, input, { signal }): Promise<CommentView> {
    const text = input.from === undefined ? (input.text ?? "") : await files.text(input.from);
    if (text.trim() === "") throw invalidInput("the comment", ["it is empty"]);
    const { body, cut } = commentBody(input.key, text.toWellFormed());
    const host = await codeHost();
    const result = await host.comment({ pullRequest: input.pull_request, mark: commentMark(input.key), body }, signal);
    return {
      state: result.state,
      pull_request: "pullRequest" in result ? result.pullRequest : null,
      url: "url" in result ? result.url : null,
      reason: "reason" in result ? result.reason : null,
      cut,
    };
  },
});
