import type { Effect } from "../model/effect.ts";
import type { TargetName } from "../model/targets.ts";

/** A rule in the managed part of the rules file, with its number of hits in the counted runs (at most the latest 20). */
export type RuleView = Readonly<{ rule: string; hits: number }>;

export type RulesShowView = Readonly<{ file: string; version: number | null; text: string }>;

/** The rules file after it was written. */
export type RulesWrittenView = Readonly<{
  file: string;
  version: number;
  /** Local day of the update, YYYY-MM-DD. */
  updated: string;
  rules: readonly RuleView[];
  added: readonly string[];
  removed: readonly string[];
  /** Rules that are broken often enough to be listed, but for which the file has no line left. */
  no_room: readonly RuleView[];
  /** Ids that are broken often enough, but are not listed because agents could read them as instructions. */
  no_id: readonly string[];
  /** Files of agents that this call wrote from the rules file. */
  installed: readonly string[];
  /** Files of agents whose rules were left unchanged. `reason` is null if somebody edited the rules in the file. */
  not_refreshed: readonly Readonly<{ file: string; reason: string | null }>[];
}>;

/** `edited`: somebody changed the rules that an update wrote; `linked`: the file is a link to the rules file itself. */
export type TargetState = "current" | "stale" | "edited" | "linked" | "missing" | "unreadable";

export type TargetView = Readonly<{
  target: TargetName;
  file: string;
  about: string;
  state: TargetState;
  /** Why the file cannot be read; null if it can. */
  problem: string | null;
}>;

/** The current house rules of a project. */
export type RulesOverviewView = Readonly<{
  /** Top folder of the project. `file` and the files of `targets` are relative to it. */
  top: string;
  file: string;
  /** Why the file cannot be read; null if it can. With a problem, the lists are empty. */
  problem: string | null;
  version: number | null;
  /** The listed rules with recent hits and the effect of teaching them; `effect` is null if no recorded update lists the rule. */
  rules: readonly (RuleView & Readonly<{ effect: EffectView | null }>)[];
  targets: readonly TargetView[];
}>;

type Side = Readonly<{ runs: number; hits: number }>;

/** How often a rule was broken before it was taught and since. `ratio`: the rate since then divided by the rate before. */
export type EffectView = Readonly<{
  rule: string;
  project: string;
  /** Since when the rule is taught, ISO-8601 UTC; `until`: when that ended, null if it is still taught. */
  since: string;
  until: string | null;
  retired: boolean;
  before: Side;
  after: Side;
  effect: Effect;
  ratio: number | null;
  ratio_low: number | null;
  ratio_high: number | null;
  p: number | null;
}>;

/** The effects of teaching the rules that were listed in a period, as of its end. */
export type RuleTrendsView = Readonly<{
  zone: string;
  agents: readonly string[];
  projects: readonly string[];
  members: readonly Readonly<{ email: string; me: boolean }>[];
  filter: Readonly<{ agent: string | null; project: string | null; from: string | null; to: string | null }>;
  /** Whether any write of a rules file is recorded. */
  recorded: boolean;
  effects: readonly EffectView[];
}>;
