import type { ToolDefinition } from "../features/shared/tool-definition.ts";

/** The result of a tool call; `isError`: the text is the code, message and hint of an error. */
export type CallResult = Readonly<{
  content: { type: "text"; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
}>;

export type Resource = Readonly<{ uri: string; name: string; mimeType: string }>;
export type ResourceTemplate = Readonly<{ uriTemplate: string; name: string; description: string; mimeType: string }>;

/** What is served, independent of the protocol's message format. Tools never throw: an error is returned as an answer. */
export type Protocol = Readonly<{
  version: string;
  instructions: string;
  tools(): Promise<readonly ToolDefinition[]>;
  call(name: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallResult>;
  resources(signal: AbortSignal): Promise<readonly Resource[]>;
  resourceTemplates: readonly ResourceTemplate[];
  /** @throws not_found, and the errors of the operation */
  read(uri: string, signal: AbortSignal): Promise<Readonly<{ uri: string; mimeType: string; text: string }>>;
}>;

/** Serves a protocol until the client disconnects or `signal` is aborted. */
export type Serve = (protocol: Protocol, onError: (error: Error) => void, signal: AbortSignal) => Promise<void>;
