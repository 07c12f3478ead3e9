import type { TrendsTarget } from "../trends/panel.ts";
import type { Handler } from "./register.ts";

export type ConnectCommandOptions = Readonly<{ openTrends(show: TrendsTarget): void }>;

/** The command that opens the panel's tab on connections to the coding agents on this machine. */
export const connectCommands = ({ openTrends }: ConnectCommandOptions): Readonly<Record<"connectAgents", Handler>> => ({
  connectAgents: () => openTrends({ tab: "agents" }),
});
