/** Names of the providers' API keys in VS Code's secret storage. Judging and models share the key of the Messages API. */
export const keyNames = { anthropic: "rewardLedger.judgeKey", openai: "rewardLedger.modelKey" } as const;
