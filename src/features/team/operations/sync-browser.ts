import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import { defineOperation } from "../../shared/operation.ts";

/**
 * Signs in with a browser that redirects to the caller: the first call returns the address to open, the second redeems the code.
 * On a terminal, `sync login` waits for the browser itself.
 */
export const syncBrowser = defineOperation({
  name: "syncBrowser",
  summary: "Sign in by a browser that comes back to the caller",
  input: z.object({
    redirect_to: z.string().min(1).optional().describe("Where the browser comes back to; answers with the address to open"),
    code: z.string().min(1).optional().describe("The code that the browser came back with"),
    verifier: z.string().min(1).optional().describe("What the code is redeemed with"),
  }),
  effect: "read",
  async run(
    ports,
    { redirect_to, code, verifier },
  ): Promise<Readonly<{ url: string | null; verifier: string | null; user: string | null }>> {
    const sync = await ports.sync();
    if (redirect_to !== undefined) return { ...(await sync.authorization(redirect_to)), user: null };
    if (code === undefined || verifier === undefined)
      throw usage("Failed to sign in: code or verifier is missing", "Sign in again.");
    const { user } = await sync.signIn({ way: "code", code, verifier });
    return { url: null, verifier: null, user };
  },
});
