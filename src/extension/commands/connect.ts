import type { TrendsShow } from "../trends/panel.ts";
import type { Handler } from "./register.ts";

export type ConnectCommandOptions = Readonly<{ openTrends(show: TrendsShow): void }>;

/** The command that leads to how the coding agents on this machine are connected. */
export const connectCommands = ({ openTrends }: ConnectCommandOptions): Readonly<Record<"connectAgents", Handler>> => ({
  connectAgents: () => openTrends({ tab: "agents" }),
});
