/** Loads the commands of evals, in the order of help. A name of two words is a command in a group. */
export const evalLoaders = {
  "eval push": async () => ({ default: (await import("./commands/eval/record.ts")).push }),
  "eval import": async () => ({ default: (await import("./commands/eval/record.ts")).importFolder }),
  "eval list": async () => ({ default: (await import("./commands/eval/list.ts")).list }),
  "eval show": async () => ({ default: (await import("./commands/eval/show.ts")).show }),
  "eval compare": async () => ({ default: (await import("./commands/eval/show.ts")).compare }),
  "eval baseline": async () => ({ default: (await import("./commands/eval/show.ts")).baseline }),
  "eval summary": async () => ({ default: (await import("./commands/eval/list.ts")).summary }),
  "eval trend": async () => ({ default: (await import("./commands/eval/list.ts")).trend }),
  "eval leaderboard": async () => ({ default: (await import("./commands/eval/leaderboard.ts")).leaderboard }),
  "eval tests": async () => ({ default: (await import("./commands/eval/list.ts")).tests }),
  "eval cost": async () => ({ default: (await import("./commands/eval/show.ts")).cost }),
  "eval convert": async () => ({ default: (await import("./commands/eval/files.ts")).convert }),
  "eval cache": async () => ({ default: (await import("./commands/eval/files.ts")).cache }),
  "eval judge": async () => ({ default: (await import("./commands/eval/judge.ts")).judge }),
  "eval watch": async () => ({ default: (await import("./commands/eval/watch.ts")).watch }),
} as const;
