/** Under which names VS Code keeps the keys of providers among the user's secrets. Judging and models share that of the Messages API. */
export const keyNames = { anthropic: "rewardLedger.judgeKey", openai: "rewardLedger.modelKey" } as const;
