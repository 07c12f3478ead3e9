import { Server, type ServerContext } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { createMessageLines } from "./message-lines.ts";
import type { Serve } from "./protocol.ts";

/*
 * The protocol on standard input and output. It has a file of its own, which is loaded when a server is
 * started: nothing else needs the SDK.
 */

/** Keeps the SDK's own schema validators out of the bundle: operations parse their input. */
const noValidator = {
  getValidator: () => {
    throw new TypeError("schemas are parsed by the operations");
  },
};

/** The client disconnects by closing standard input. */
export const serve: Serve = (protocol, onError, signal) => {
  const signalOf = ({ mcpReq }: ServerContext): AbortSignal => mcpReq.signal;
  const makeServer = (): Server => {
    const server = new Server(
      { name: "reward-ledger", title: "Reward Ledger", version: protocol.version },
      { capabilities: { tools: {}, resources: {} }, instructions: protocol.instructions, jsonSchemaValidator: noValidator },
    );
    server.setRequestHandler("tools/list", async () => ({ tools: [...(await protocol.tools())] }));
    server.setRequestHandler("tools/call", async ({ params }, context) => ({
      ...(await protocol.call(params.name, params.arguments ?? {}, signalOf(context))),
    }));
    server.setRequestHandler("resources/list", async (_, context) => ({
      resources: [...(await protocol.resources(signalOf(context)))],
    }));
    server.setRequestHandler("resources/templates/list", async () => ({ resourceTemplates: [...protocol.resourceTemplates] }));
    server.setRequestHandler("resources/read", async ({ params }, context) => ({
      contents: [await protocol.read(params.uri, signalOf(context))],
    }));
    return server;
  };
  return new Promise((resolve, reject) => {
    const lines = createMessageLines(({ id, ...error }) => {
      onError(new Error(error.message));
      process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, error })}\n`);
    });
    const transport = new StdioServerTransport(process.stdin.pipe(lines));
    const handle = serveStdio(makeServer, { transport, onerror: onError });
    // `serveStdio` has set its own listener by now, which closes the connection.
    const { onclose } = transport;
    transport.onclose = () => {
      onclose?.();
      process.stdin.unpipe(lines).pause();
      resolve();
    };
    signal.addEventListener("abort", () => void handle.close().then(resolve, reject), { once: true });
  });
};
