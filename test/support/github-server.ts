import { createServer, type IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";
import * as z from "zod";

export type ServedComment = { id: number; body: string; html_url: string; user: { type: string }; author_association: string };
export type ServedRequest = Readonly<{ method: string; url: string; authorization: string | undefined }>;

/** An answer that replaces the default one for the next request with this method. */
export type PlannedAnswer = Readonly<{
  method: string;
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;

export type ServedPull = {
  number: number;
  html_url: string;
  state: "open" | "closed";
  draft: boolean;
  title: string;
  body: string;
  head: string;
  base: string;
  merged_at: string | null;
  merge_commit_sha: string | null;
};

export type GitHubServer = Readonly<{
  /** Pull requests of acme/shop that were opened here, oldest first. */
  pulls: ServedPull[];
  api: string;
  /** Comments of pull request 7 of acme/shop, oldest first. */
  comments: ServedComment[];
  requests: readonly ServedRequest[];
  /** Answers that are used before the default ones, in order, per method. */
  answers: PlannedAnswer[];
}>;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const longestBody = 65_536;
const issuesPath = "/api/v3/repos/acme/shop/issues";

type Reply = Readonly<{ status: number; body: unknown; headers?: Readonly<Record<string, string>> }>;
const notFound: Reply = { status: 404, body: { message: "Not Found" } };

function listReply(comments: readonly ServedComment[], { pathname, searchParams, origin }: URL): Reply {
  if (pathname !== `${issuesPath}/7/comments`) return notFound;
  const [size, page] = [Math.min(Number(searchParams.get("per_page") ?? 30), 100), Number(searchParams.get("page") ?? 1)];
  const last = Math.ceil(comments.length / size);
  const pageLink = (number: number, rel: string) => `<${origin}${pathname}?per_page=${size}&page=${number}>; rel="${rel}"`;
  const body = comments.slice((page - 1) * size, page * size);
  return {
    status: 200,
    body,
    ...(page < last && { headers: { link: `${pageLink(page + 1, "next")}, ${pageLink(last, "last")}` } }),
  };
}

function commentReply(comments: ServedComment[], method: string, { pathname, origin }: URL, body: string): Reply {
  if (body.length > longestBody) return { status: 422, body: { message: "Validation Failed" } };
  if (method === "POST" && pathname === `${issuesPath}/7/comments`) {
    const comment = commentOf(body.trimEnd(), comments.length + 1, `${origin}/acme/shop/pull/7`);
    comments.push(comment);
    return { status: 201, body: comment };
  }
  const found = comments.find(({ id }) => pathname === `${issuesPath}/comments/${id}`);
  if (method !== "PATCH" || found === undefined) return notFound;
  found.body = body.trimEnd();
  return { status: 200, body: found };
}

const pullsPath = "/api/v3/repos/acme/shop/pulls";
const pullInput = z.object({ title: z.string(), body: z.string(), head: z.string(), base: z.string(), draft: z.boolean() });

/** Handles pull requests like GitHub's REST API: a branch has at most one open pull request. */
function pullReply(pulls: ServedPull[], method: string, { pathname, searchParams, origin }: URL, text: string): Reply {
  const isOpen = (head: string) => (one: ServedPull) => one.state === "open" && one.head === head;
  if (method === "POST" && pathname === pullsPath) {
    const input = pullInput.parse(JSON.parse(text));
    if (pulls.some(isOpen(input.head))) return { status: 422, body: { message: "Validation Failed" } };
    const number = pulls.length + 40;
    const pull = { ...input, number, html_url: `${origin}/acme/shop/pull/${number}`, state: "open" as const };
    pulls.push({ ...pull, merged_at: null, merge_commit_sha: null });
    return { status: 201, body: pulls.at(-1) };
  }
  if (method !== "GET") return notFound;
  if (pathname === pullsPath) {
    const [owner, head = ""] = (searchParams.get("head") ?? "").split(":");
    return { status: 200, body: owner === "acme" ? pulls.filter(isOpen(head)) : [] };
  }
  const found = pulls.find(({ number }) => pathname === `${pullsPath}/${number}`);
  return found === undefined ? notFound : { status: 200, body: found };
}

/** Starts a server that answers like GitHub's REST API for pull request comments: at most 100 per page, errors in its format. */
export async function startGitHubServer(): Promise<GitHubServer> {
  const comments: ServedComment[] = [];
  const pulls: ServedPull[] = [];
  const requests: ServedRequest[] = [];
  const answers: PlannedAnswer[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, authorization: headers.authorization });
    const text = await textOf(request);
    const requestUrl = new URL(url, `http://${headers.host}`);
    const plannedIndex = answers.findIndex((one) => one.method === method);
    const [answer] = plannedIndex === -1 ? [] : answers.splice(plannedIndex, 1);
    const defaultReply = () =>
      requestUrl.pathname.startsWith(pullsPath)
        ? pullReply(pulls, method, requestUrl, text)
        : method === "GET"
          ? listReply(comments, requestUrl)
          : commentReply(comments, method, requestUrl, JSON.parse(text).body);
    const { status, body = { message: "planned" }, headers: extraHeaders } = answer ?? defaultReply();
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...extraHeaders });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { api: `http://127.0.0.1:${address.port}/api/v3`, comments, pulls, requests, answers };
}

/** A comment by the bot to which the token belongs. */
export const commentOf = (body: string, id: number, page = "https://github.com/acme/shop/pull/7"): ServedComment => ({
  id,
  body,
  html_url: `${page}#issuecomment-${id}`,
  user: { type: "Bot" },
  author_association: "NONE",
});
