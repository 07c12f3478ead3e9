import { english, type Words } from "../../../kernel/document.ts";

/** A tier of trust. `may` is what it allows in addition to everything that lower tiers allow. */
export type Tier = Readonly<{ name: string; may: string }>;

/** Returns the tiers, starting with 0, with texts in the language of `t`. */
export const localizedTiers = (t: Words["t"]): readonly [Tier, ...Tier[]] => [
  { name: t("Read-only observer"), may: t("Read files, run tests and query the code host") },
  { name: t("Drafter"), may: t("Draft proposals and patches") },
  { name: t("Branch author"), may: t("Create branches and open draft pull requests") },
  { name: t("Self-maintainer"), may: t("Fix failing CI without being asked, react to events and manage the task queue") },
  { name: t("Self-coder"), may: t("Edit its own source where self-edits are enabled, and merge fixes of the allowed classes") },
  { name: t("Trusted integrator"), may: t("Merge its own pull requests into the integration branch") },
];

/** What no tier allows. */
export const neverAllowed = (t: Words["t"]): string => t("Push or merge to main");

const tiers = localizedTiers(english);
export const highestTier = tiers.length - 1;
export const tierName = (tier: number): string => tiers[tier]?.name ?? String(tier);

/** What an agent of a tier may do and what it may not. */
export const allowances = (
  tier: number,
  t: Words["t"] = english,
): Readonly<{ may: readonly string[]; not: readonly string[] }> => {
  const all = localizedTiers(t).map(({ may }) => may);
  return { may: all.slice(0, tier + 1), not: [...all.slice(tier + 1), neverAllowed(t)] };
};

/** The fields of a recorded tier change that determine an agent's tier. */
export type TierChange = Readonly<{ agent: string; from_tier: number; to_tier: number; em_handle: string; changed_at: string }>;

export const isPromotion = ({ from_tier, to_tier }: Pick<TierChange, "from_tier" | "to_tier">): boolean => to_tier > from_tier;

/**
 * Returns the changes that count: every demotion, and the promotions signed by the bound human. A change that is dated after
 * `now` does not count yet.
 */
export const effectiveChanges = <Change extends TierChange>(
  changes: readonly Change[],
  handle: string,
  now: string,
): readonly Change[] =>
  changes.filter((change) => change.changed_at <= now && (!isPromotion(change) || change.em_handle === handle));

/**
 * Returns the tier of an agent. A promotion sets it; a demotion can only lower it, regardless of who recorded it and of its
 * `from_tier`.
 * @param changes oldest first @param initial the tier before the first of them
 */
export const tierOf = (changes: readonly TierChange[], agent: string, initial: number): number =>
  changes
    .filter((change) => change.agent === agent)
    .reduce((tier, change) => (isPromotion(change) ? change.to_tier : Math.min(tier, change.to_tier)), initial);
