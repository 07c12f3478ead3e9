import type { Effect } from "../model/effect.ts";
import type { TargetName } from "../model/targets.ts";

/** A rule of the managed part with its hits in the counted runs. */
export type RuleView = Readonly<{ rule: string; hits: number }>;

export type RulesShowView = Readonly<{ file: string; version: number | null; text: string }>;

/** A rules file that was written. */
export type RulesWrittenView = Readonly<{
  file: string;
  version: number;
  /** Local day of the update. */
  updated: string;
  rules: readonly RuleView[];
  added: readonly string[];
  removed: readonly string[];
  /** Rules that are broken often enough, but for which the file has no line left. */
  no_room: readonly RuleView[];
  /** What is broken often enough, but is a text that agents must not read as a rule. */
  no_id: readonly string[];
  /** Files that agents read, written from it. */
  installed: readonly string[];
  /** Files that have rules of ours and were left as they are; `reason` null: somebody edited the rules in them. */
  not_refreshed: readonly Readonly<{ file: string; reason: string | null }>[];
}>;

/** `edited`: somebody changed what an update wrote; `linked`: it leads to the rules file itself. */
export type TargetState = "current" | "stale" | "edited" | "linked" | "missing" | "unreadable";

export type TargetView = Readonly<{
  target: TargetName;
  file: string;
  about: string;
  state: TargetState;
  /** Why it cannot be read. */
  problem: string | null;
}>;

/** The house rules of a project as they stand. */
export type RulesOverviewView = Readonly<{
  /** Top folder of the project, which `file` and those of targets are relative to. */
  top: string;
  file: string;
  /** Why the file cannot be read; nothing is listed then. */
  problem: string | null;
  version: number | null;
  /** What is listed, with hits of late and what came of teaching it; null: it was listed by no recorded update. */
  rules: readonly (RuleView & Readonly<{ effect: EffectView | null }>)[];
  targets: readonly TargetView[];
}>;

type Side = Readonly<{ runs: number; hits: number }>;

/** How often a rule was broken before it was taught and since; `ratio`: the later rate over the earlier one. */
export type EffectView = Readonly<{
  rule: string;
  project: string;
  /** ISO-8601 UTC. */
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

/** What came of teaching rules that were listed in a period, as of its end. */
export type RuleTrendsView = Readonly<{
  zone: string;
  agents: readonly string[];
  projects: readonly string[];
  members: readonly Readonly<{ email: string; me: boolean }>[];
  filter: Readonly<{ agent: string | null; project: string | null; from: string | null; to: string | null }>;
  /** Whether any rules file was ever written. */
  recorded: boolean;
  effects: readonly EffectView[];
}>;
