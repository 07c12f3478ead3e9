import { action, type Block, counted, type Document, group, paragraph, table, type Words } from "../../../kernel/document.ts";
import type { InvitationsView, ReceivedInvitation, SentInvitation, TeamMemberView } from "../../../ports/sync.ts";
import { undoCommand } from "../../shared/team-resets.ts";
import type {
  TeamAddView,
  TeamDeclineView,
  TeamEnteredView,
  TeamRemoveView,
  TeamResetDoneView,
  TeamSettingView,
} from "../operations/views.ts";

export const teamCreateDocument = ({ team, id }: TeamEnteredView, { t }: Words): Document => [
  group(paragraph(t("Team {0} created ({1}).", team, id)), action(t("Next"), "reward-ledger team add EMAIL")),
];

/** Lists the members with their roles. */
export function teamMembersDocument(members: readonly TeamMemberView[], words: Words): Document {
  const { t, time } = words;
  return [
    group(
      table<TeamMemberView>(
        [
          { head: t("Member"), shrink: 8, cell: ({ email, user }) => email ?? user },
          { head: t("Name"), shrink: 8, cell: ({ name }) => name ?? "-" },
          { head: t("Role"), cell: ({ role }) => role },
          { head: t("Since"), drop: 1, cell: ({ joined_at }) => time(joined_at) },
        ],
        members,
      ),
      paragraph(counted(words, members.length, "{0} member", "{0} members")),
    ),
  ];
}

export const teamAddDocument = ({ email, role, invited }: TeamAddView, { t }: Words): Document => [
  invited
    ? group(
        paragraph(t("{0} is invited as {1}.", email, role)),
        action(t("Ask them to sign in with this address and run"), "reward-ledger team invitations"),
      )
    : paragraph(t("{0} is {1} of the team.", email, role)),
];

function receivedBlock(received: readonly ReceivedInvitation[], { t, time }: Words): Block {
  if (received.length === 0) return paragraph(t("No invitations to you."));
  return group(
    table<ReceivedInvitation>(
      [
        { head: t("Team"), shrink: 8, cell: ({ team }) => team },
        { head: t("Name"), shrink: 8, cell: ({ name }) => name },
        { head: t("Role"), cell: ({ role }) => role },
        { head: t("By"), shrink: 8, cell: ({ by }) => by ?? "-" },
        { head: t("Sent"), drop: 1, cell: ({ at }) => time(at) },
      ],
      received,
    ),
    action(t("Next"), `reward-ledger team accept ${received[0]?.team ?? "SLUG"}`),
  );
}

/** Lists invitations to the user, and the team's unanswered ones. */
export function invitationsDocument({ received, sent }: InvitationsView, words: Words): Document {
  const { t, time } = words;
  const sentBlock = group(
    table<SentInvitation>(
      [
        { head: t("Invited"), shrink: 8, cell: ({ email }) => email },
        { head: t("Role"), cell: ({ role }) => role },
        { head: t("Sent"), drop: 1, cell: ({ at }) => time(at) },
      ],
      sent,
    ),
    paragraph(counted(words, sent.length, "{0} unanswered invitation", "{0} unanswered invitations")),
  );
  return [receivedBlock(received, words), ...(sent.length === 0 ? [] : [sentBlock])];
}

export const teamAcceptDocument = ({ team }: TeamEnteredView, { t }: Words): Document => [
  group(paragraph(t("You are a member of {0}.", team)), action(t("Next"), "reward-ledger sync now")),
];

export const teamDeclineDocument = ({ team }: TeamDeclineView, { t }: Words): Document => [
  paragraph(t("The invitation to {0} is declined.", team)),
];

export const teamRemoveDocument = ({ email }: TeamRemoveView, { t }: Words): Document => [
  paragraph(t("{0} is no longer a member or invited.", email)),
];

/** Shows how many runs a team reset hides, or how many count again after its undo. */
export function teamResetDocument({ agent, undone, runs }: TeamResetDoneView, words: Words): Document {
  const { t } = words;
  if (undone) {
    const done =
      agent === null ? t("The team's latest reset was taken back.") : t("The team's latest reset of {0} was taken back.", agent);
    return [
      paragraph(`${done} ${counted(words, runs, "{0} run counts again for the team.", "{0} runs count again for the team.")}`),
    ];
  }
  const done =
    agent === null ? t("The team's totals start again from zero.") : t("The team's totals of {0} start again from zero.", agent);
  const hidden = counted(words, runs, "{0} run no longer counts for the team.", "{0} runs no longer count for the team.");
  return [
    group(
      paragraph(`${done} ${hidden} ${t("Each member's own totals stay.")}`),
      action(t("Undo it"), undoCommand("team reset", agent)),
    ),
  ];
}

export const teamSetDocument = ({ key, value }: TeamSettingView, { t }: Words): Document => [
  paragraph(value === null ? t("{0} removed.", key) : t("{0} set.", key)),
];
