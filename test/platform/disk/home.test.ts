import { homedir, userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { ledgerHome, resolveHome, userFolder } from "../../../src/platform/disk/home.ts";

describe("resolveHome", () => {
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
  ])("%j with %j resolves to %s", (option, env, home) => expect(resolveHome(option, env, "/home/ann", "/work")).toBe(home));
});

describe("the same rule for terminals and windows", () => {
  it.each([
    ["$HOME/led", "/home/ann/led"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable as a shell writes it.
    ["${HOME}/led", "/home/ann/led"],
    ["$HOME", "/home/ann"],
    ["./led", "/home/ann/led"],
    ["led", "/home/ann/led"],
    ["~/led", "/home/ann/led"],
    ["$HOMELY/led", "/home/ann/$HOMELY/led"],
  ])("REWARD_LEDGER_HOME=%s resolves to %s", (path, home) => {
    const env = { REWARD_LEDGER_HOME: path };
    expect(resolveHome(undefined, env, "/home/ann", "/work")).toBe(home);
    expect(ledgerHome("", env, "/home/ann")).toBe(home);
    expect(ledgerHome(path, {}, "/home/ann")).toBe(home);
  });

  it("uses the system's home folder when HOME is empty", () => {
    expect(userFolder({ HOME: "" })).toBe(userInfo().homedir);
    expect(userFolder({})).toBe(homedir());
  });
});

describe("ledgerHome", () => {
  it.each([
    ["/data/ledger", { REWARD_LEDGER_HOME: "/env" }, "/data/ledger"],
    ["~/ledger", {}, "/users/ann/ledger"],
    ["~", {}, "/users/ann"],
    ["", { REWARD_LEDGER_HOME: "/env" }, "/env"],
    [" ", {}, "/users/ann/.reward-ledger"],
    ["relative/path", { REWARD_LEDGER_HOME: "also/relative" }, "/users/ann/relative/path"],
  ])("for setting %j and environment %j is %s", (setting, environment, home) => {
    expect(ledgerHome(setting, environment, "/users/ann")).toBe(home);
  });
});
