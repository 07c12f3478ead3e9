/** A team setting that is in use, and the values that it accepts. The server checks the same (supabase/migrations). */
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

/** Returns what a setting accepts if a value is invalid for it; null if the value is valid. Unknown keys accept any value. */
export function settingProblem(key: string, value: string): string | null {
  const setting = knownTeamSettings.find((one) => one.key === key);
  return setting === undefined || setting.fits(value) ? null : setting.takes;
}
