import * as z from "zod";
import type { Ports } from "../../../ports/ports.ts";
import type { Sync, SyncPreviewView, SyncProposalView } from "../../../ports/sync.ts";
import type { CallContext } from "../../shared/operation.ts";

const text = z.string().trim().min(1);

/** Input keys of the operations that send requests to the team's server. */
export const consentInput = {
  yes_to: text.optional().describe("Agree to share this project with this team, which the checkout names"),
  projects: z
    .array(text)
    .optional()
    .describe(
      "With --yes-to: projects whose facts may leave this machine (`*` stands for anything, `.` for this one); default this one",
    ),
} as const;

type ConsentInput = Readonly<{ yes_to?: string | undefined; projects?: readonly string[] | undefined }>;

const questionOf = ({ team, url, source, project }: SyncProposalView, { unsent, withheld }: SyncPreviewView): string =>
  [
    `${source} asks to share ${project} with the team ${team} at ${url}.`,
    `${unsent - withheld} recorded facts would leave: rules, file names, messages, scores and costs, no prompts and no texts of inbox and memory.`,
    "`reward-ledger sync preview` prints them. Share them?",
  ].join("\n");

/**
 * Returns sync after asking for consent to the team that the checkout names: by `--yes-to`, or by an interactive prompt.
 * @param isLocalOnly whether the operation sends nothing, so that no consent is needed
 */
export async function syncWithConsent(
  ports: Ports,
  input: ConsentInput,
  { confirm }: CallContext,
  isLocalOnly = false,
): Promise<Sync> {
  const { yes_to, projects = ["."] } = input;
  const sync = await ports.sync();
  if (yes_to !== undefined) await sync.allow(yes_to, projects);
  if (yes_to !== undefined || confirm === undefined || isLocalOnly) return sync;
  const proposal = await sync.proposal();
  if (proposal === null) return sync;
  const question = questionOf(proposal, await sync.preview({ limit: 1 }));
  if (await confirm(question)) await sync.allow(proposal.team, projects);
  return sync;
}
