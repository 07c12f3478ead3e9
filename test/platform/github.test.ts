import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createGitHub } from "../../src/platform/github.ts";
import { temporaryFolder } from "../support/folder.ts";
import { commentOf, type GitHubServer, startGitHubServer } from "../support/github-server.ts";
import { manualClock } from "../support/ports.ts";

const token = "ghs_veryunlikelytoken";
const mark = "<!-- reward-ledger:report -->";
const now = "2026-04-01T12:00:00.000Z";

function eventFile(event: unknown): string {
  const file = join(temporaryFolder(), "event.json");
  writeFileSync(file, JSON.stringify(event));
  return file;
}

const environment = ({ api }: Pick<GitHubServer, "api">, event: unknown = { pull_request: { number: 7 } }) => ({
  GITHUB_API_URL: api,
  GITHUB_REPOSITORY: "acme/shop",
  GITHUB_EVENT_PATH: eventFile(event),
  GITHUB_TOKEN: token,
});

const neverAborted = new AbortController().signal;
const post = (env: Readonly<Record<string, string>>, text = "first", signal = neverAborted) =>
  createGitHub(env, manualClock(now)).comment({ mark, body: `${mark}\n${text}\n` }, signal);

const bodies = ({ comments }: GitHubServer): readonly string[] => comments.map(({ body }) => body);
const methods = ({ requests }: GitHubServer): readonly string[] => requests.map(({ method }) => method);

describe("a comment on a pull request", () => {
  it("is created once, updated in place, and left alone when the text is unchanged", async () => {
    const server = await startGitHubServer();
    const env = environment(server);
    expect(await post(env)).toMatchObject({ state: "created", pullRequest: 7, url: expect.stringContaining("#issuecomment-1") });
    expect(await post(env, "second")).toMatchObject({ state: "updated" });
    expect(await post(env, "second")).toMatchObject({ state: "unchanged" });
    expect(bodies(server)).toEqual([`${mark}\nsecond`]);
    expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${token}`]));
  });

  it("is found on a later page", async () => {
    const server = await startGitHubServer();
    for (let id = 1; id <= 250; id += 1) server.comments.push(commentOf(id === 205 ? `${mark}\nold` : "LGTM", id));
    expect(await post(environment(server))).toMatchObject({ state: "updated" });
    expect(methods(server)).toEqual(["GET", "GET", "GET", "PATCH"]);
    expect(server.comments[204]?.body).toBe(`${mark}\nfirst`);
    expect(server.comments.length).toBe(250);
  });

  it.each([
    ["a stranger wrote under the same mark", { user: { type: "User" }, author_association: "NONE" }, 2],
    ["a contributor wrote under the same mark", { user: { type: "User" }, author_association: "CONTRIBUTOR" }, 2],
    ["a member's token wrote", { user: { type: "User" }, author_association: "MEMBER" }, 1],
  ])("checks the author when %s", async (_, author, expected) => {
    const server = await startGitHubServer();
    server.comments.push({ ...commentOf(`${mark}\ntheirs`, 1), ...author });
    await post(environment(server));
    expect(server.comments.length).toBe(expected);
    expect(server.comments.at(-1)?.body).toBe(`${mark}\nfirst`);
  });

  it("is not confused with one that quotes the mark or has another mark", async () => {
    const server = await startGitHubServer();
    server.comments.push(commentOf(`> ${mark}`, 1), commentOf("<!-- reward-ledger:report-2 -->\nother", 2));
    expect(await post(environment(server))).toMatchObject({ state: "created" });
    expect(server.comments.length).toBe(3);
  });

  it.each([
    [{ pull_request: { number: 7 } }, "created"],
    [{ issue: { number: 7, pull_request: { url: "…" } } }, "created"],
    [{ issue: { number: 7 } }, "no_pull_request"],
    [{ ref: "refs/heads/main" }, "no_pull_request"],
  ])("for the event %j results in %s", async (event, state) => {
    expect(await post(environment(await startGitHubServer(), event))).toMatchObject({ state });
  });
});

describe("a request that GitHub rejects", () => {
  it.each([
    ["GET", 404],
    ["GET", 403],
    ["POST", 403],
    ["POST", 404],
  ])("by %s with %i is not an error, because the token may not write here", async (method, status) => {
    const server = await startGitHubServer();
    server.answers.push({ method, status, body: JSON.stringify({ message: "Resource not accessible by integration" }) });
    expect(await post(environment(server))).toEqual({
      state: "refused",
      pullRequest: 7,
      reason: `GitHub answered ${status} (Resource not accessible by integration)`,
    });
  });

  it.each([
    [401, "permissions: pull-requests: write"],
    [301, "GITHUB_REPOSITORY"],
    [410, "GITHUB_REPOSITORY"],
    [422, "GITHUB_REPOSITORY"],
  ])("with %i is an error with a hint and without the token", async (status, hint) => {
    const server = await startGitHubServer();
    server.answers.push({ method: "POST", status, body: JSON.stringify({ message: `Bad credentials ${token}` }) });
    const error = await post(environment(server)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "comment_failed",
      message: expect.stringContaining(`GitHub answered ${status}`),
      hint: expect.stringContaining(hint),
    });
    expect(JSON.stringify([error, String(error)])).not.toContain(token);
  });

  it("is an error when the answer is an HTML page", async () => {
    const server = await startGitHubServer();
    server.answers.push({ method: "GET", status: 200, body: "<html>Sign in</html>" });
    await expect(post(environment(server))).rejects.toMatchObject({ code: "comment_failed" });
  });
});

describe("a temporary failure", () => {
  const retryNow = { "retry-after": "0" };
  it.each([
    [{ status: 429, headers: retryNow }],
    [{ status: 403, headers: retryNow }],
    [{ status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.parse(now) / 1000) } }],
    [{ status: 429, headers: { "retry-after": now } }],
    [{ status: 503, headers: retryNow }],
  ])("is retried: %j", async (answer) => {
    const server = await startGitHubServer();
    server.answers.push({ method: "GET", ...answer }, { method: "POST", ...answer });
    expect(await post(environment(server))).toMatchObject({ state: "created" });
    // It is looked for again before it is written again, because the failed request may have written it.
    expect(methods(server)).toEqual(["GET", "GET", "POST", "GET", "POST"]);
  });

  it.each([
    [{ "retry-after": "3600" }, "3600 s"],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.parse(now) / 1000 + 1800) }, "1800 s"],
  ])("is not retried when the wait is too long for a job: %j", async (headers, expected) => {
    const server = await startGitHubServer();
    server.answers.push({ method: "GET", status: 403, headers });
    await expect(post(environment(server))).rejects.toMatchObject({
      code: "comment_failed",
      message: expect.stringContaining(expected),
    });
    expect(methods(server)).toEqual(["GET"]);
  });

  it("becomes an error after a few attempts", async () => {
    const server = await startGitHubServer();
    for (let n = 0; n < 4; n += 1) server.answers.push({ method: "GET", status: 429, headers: retryNow });
    await expect(post(environment(server))).rejects.toMatchObject({ code: "comment_failed" });
    expect(methods(server).length).toBe(4);
  });

  it("stops the wait when cancelled", async () => {
    const server = await startGitHubServer();
    server.answers.push({ method: "GET", status: 429, headers: { "retry-after": "50" } });
    const cancel = new AbortController();
    const posting = post(environment(server), "first", cancel.signal);
    await expect.poll(() => server.requests.length).toBe(1);
    cancel.abort();
    await expect(posting).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("the token", () => {
  it("is sent to no other address, whatever the link to the next page names", async () => {
    const [server, other] = [await startGitHubServer(), await startGitHubServer()];
    server.answers.push({
      method: "GET",
      status: 200,
      body: "[]",
      headers: { link: `<${other.api}/repos/acme/shop/issues/7/comments?page=2>; rel="next"` },
    });
    expect(await post(environment(server))).toMatchObject({ state: "created" });
    expect(other.requests).toEqual([]);
  });

  it("is not reached when the job's event cannot be read, and the error names the cause", async () => {
    const env = { ...environment(await startGitHubServer()), GITHUB_EVENT_PATH: "/nowhere/event.json" };
    await expect(post(env)).rejects.toMatchObject({ message: "Failed to read /nowhere/event.json: it does not exist" });
  });

  it("is not sent to the target of a redirect", async () => {
    const [server, other] = [await startGitHubServer(), await startGitHubServer()];
    server.answers.push({ method: "GET", status: 302, headers: { location: `${other.api}/` } });
    await expect(post(environment(server))).rejects.toMatchObject({ code: "comment_failed" });
    expect(other.requests).toEqual([]);
  });

  it.each([
    [{ GITHUB_TOKEN: "" }, "comment_failed"],
    [{ GITHUB_TOKEN: "two words" }, "comment_failed"],
    [{ GITHUB_API_URL: "http://example.com" }, "comment_failed"],
    [{ GITHUB_API_URL: "https://user:pass@example.com" }, "comment_failed"],
    [{ GITHUB_REPOSITORY: "" }, "usage"],
    [{ GITHUB_REPOSITORY: "acme/shop/../../other" }, "usage"],
    [{ GITHUB_EVENT_PATH: "/nowhere/event.json" }, "unreadable_file"],
    [{ GITHUB_EVENT_PATH: import.meta.filename }, "unreadable_file"],
  ])("is not sent with %j", async (wrong, code) => {
    const server = await startGitHubServer();
    await expect(post({ ...environment(server), ...wrong })).rejects.toMatchObject({ code });
    expect(server.requests).toEqual([]);
  });
});
