import { action, type Document, group, paragraph, type Words } from "../../../kernel/document.ts";
import type { SyncSignInView } from "../../../ports/sync.ts";
import type { SyncLogoutView, SyncSetupView } from "../operations/views.ts";
import { problemBlocks } from "./problems.ts";

/** Shows where the team's configuration was written, and the next step. */
export const syncSetupDocument = ({ file, url, team }: SyncSetupView, { t }: Words): Document => [
  group(paragraph(t("Team {0} at {1}, written to {2}.", team, url, file)), action(t("Next"), "reward-ledger sync login")),
];

/** Shows who is signed in with which role, or that a mail was sent. */
export function signInDocument(view: SyncSignInView, { t }: Words): Document {
  const { signed_in, url, team, role, problem } = view;
  const user = view.user ?? "-";
  if (!signed_in)
    return [
      group(
        paragraph(t("We emailed {0} a sign-in link and a code.", user)),
        action(t("Paste the link (don't open it) or the code"), `reward-ledger sync login --email ${user} --code "LINK OR CODE"`),
      ),
    ];
  const signedIn = t("Signed in to {0} as {1}.", url, user);
  if (problem !== null)
    return [group(paragraph(`${signedIn} ${t("The team could not be asked:")}`), ...problemBlocks([problem]))];
  if (role !== null) return [paragraph(`${signedIn} ${t("Team {0}, {1}.", team, role)}`)];
  return [
    group(
      paragraph(`${signedIn} ${t("You are not a member of the team {0} yet.", team)}`),
      action(t("Ask an owner to invite you, or create the team"), `reward-ledger team create ${team} NAME`),
    ),
  ];
}

/** Shows whether anybody was signed in. */
export const signOutDocument = ({ signed_out }: SyncLogoutView, { t }: Words): Document => [
  paragraph(signed_out ? t("Signed out.") : t("Nobody was signed in.")),
];
