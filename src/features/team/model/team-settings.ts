/** A setting of a team that something reads, and what it takes. The server checks the same (supabase/migrations). */
export type TeamSetting = Readonly<{ key: string; takes: string; fits(value: string): boolean }>;

export const knownTeamSettings: readonly TeamSetting[] = [
  {
    key: "slack-webhook",
    takes: "an https address such as https://hooks.slack.com/services/…",
    fits: (value) =>
      /^https:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/\S*)?$/.test(value) && URL.canParse(value),
  },
  { key: "digest-enabled", takes: "true or false", fits: (value) => value === "true" || value === "false" },
];

/** What a setting takes, where a value is none of it; null where it may stand. Keys that are not known take anything. */
export function misfitOf(key: string, value: string): string | null {
  const setting = knownTeamSettings.find((one) => one.key === key);
  return setting === undefined || setting.fits(value) ? null : setting.takes;
}
