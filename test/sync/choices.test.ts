import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HostChoices } from "../../src/ports/sync.ts";
import { readConfig } from "../../src/sync/config.ts";
import { writeChoices } from "../../src/sync/user-settings.ts";

const state = { home: "" };
beforeEach(async () => {
  state.home = await mkdtemp(join(tmpdir(), "reward-ledger-choices-"));
});
afterEach(() => rm(state.home, { recursive: true }));

async function readChoices(settings: Readonly<Record<string, unknown>>, choices: HostChoices) {
  await writeFile(join(state.home, "settings.json"), JSON.stringify(settings));
  return (await readConfig({ home: state.home, env: {}, gitRoot: null, choices })).choices;
}

describe("choices of the home and of the host", () => {
  const whole = { allowed: null, texts: true };
  const defaults = { enabled: true, redactMessages: false, redactPaths: false };

  it("keep what the home forbids under the host's defaults", async () => {
    expect(
      await readChoices({ "sync.enabled": false, "sync.redact": ["messages", "paths"], "sync.transcripts": false }, defaults),
    ).toEqual({ enabled: false, transcripts: false, redactMessages: true, redactPaths: true, projects: null, ...whole });
  });

  it("keep what the host forbids", async () => {
    expect(
      await readChoices(
        { "sync.enabled": true, "sync.redact": [], "sync.transcripts": true },
        { enabled: false, transcripts: false, redactMessages: true, redactPaths: true },
      ),
    ).toEqual({ enabled: false, transcripts: false, redactMessages: true, redactPaths: true, projects: null, ...whole });
  });

  it("use the home's choice about transcripts when the host has none", async () => {
    expect(await readChoices({ "sync.transcripts": true }, defaults)).toMatchObject({ transcripts: true });
    expect(await readChoices({}, defaults)).toMatchObject({ transcripts: false });
  });
});

it("adds a second project to the shared ones", async () => {
  await writeChoices({ projects: ["acme/shop"] }, state.home);
  await writeChoices({ projects: ["acme/site"] }, state.home);
  const { choices } = await readConfig({ home: state.home, env: {}, gitRoot: null, choices: {} });
  expect(choices.projects).toEqual(["acme/shop", "acme/site"]);
});

it("stops sharing all projects once some are named", async () => {
  await writeChoices({ projects: ["*"] }, state.home);
  await writeChoices({ projects: ["acme/site"] }, state.home);
  const { choices } = await readConfig({ home: state.home, env: {}, gitRoot: null, choices: {} });
  expect(choices.projects).toEqual(["acme/site"]);
});
