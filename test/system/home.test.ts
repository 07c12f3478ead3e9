import { describe, expect, it } from "vitest";
import { homeOf } from "../../src/system/home.ts";

describe("homeOf", () => {
  it.each([
    [undefined, {}, "/home/ann/.reward-ledger"],
    ["", {}, "/home/ann/.reward-ledger"],
    [undefined, { REWARD_LEDGER_HOME: "/data/ledger" }, "/data/ledger"],
    [undefined, { REWARD_LEDGER_HOME: "  " }, "/home/ann/.reward-ledger"],
    ["/given", { REWARD_LEDGER_HOME: "/data/ledger" }, "/given"],
    ["~/ledger", {}, "/home/ann/ledger"],
    ["~", {}, "/home/ann"],
    [undefined, { REWARD_LEDGER_HOME: "~/über uns/ledger" }, "/home/ann/über uns/ledger"],
    ["~other/ledger", {}, "/work/~other/ledger"],
    ["ledger", {}, "/work/ledger"],
    ["../ledger", {}, "/ledger"],
  ])("%j with %j is %s", (given, env, home) => expect(homeOf(given, env, "/home/ann", "/work")).toBe(home));
});
