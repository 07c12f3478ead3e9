import * as z from "zod";

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);

const reject = (ctx: z.RefinementCtx<string>, message: string): never => {
  ctx.addIssue({ code: "custom", message, input: ctx.value });
  return z.NEVER;
};

/**
 * Parses a server address, to which tokens are sent, to its normalized origin. Plain HTTP is accepted only for loopback
 * addresses. An address with user information is refused, because it can look like a host that it does not lead to.
 */
export const serverAddress = z.string().transform((text, ctx): string => {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return reject(ctx, "must be the project's address, as in https://abc.supabase.co");
  }
  if (url.username !== "" || url.password !== "") return reject(ctx, `must not name a user: it leads to ${url.host}`);
  if (url.protocol === "http:" && !isLoopback(url)) return reject(ctx, "must begin with https://");
  return url.origin;
});
