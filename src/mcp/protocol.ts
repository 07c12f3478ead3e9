import type { ToolDefinition } from "../features/shared/tool-definition.ts";

/** What a call of a tool gives; `isError`: the text is the code, message and hint of an error. */
export type CallResult = Readonly<{
  content: { type: "text"; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
}>;

export type Resource = Readonly<{ uri: string; name: string; mimeType: string }>;
export type ResourceTemplate = Readonly<{ uriTemplate: string; name: string; description: string; mimeType: string }>;

/** What is served, whatever the protocol's messages look like. Tools never throw: an error is an answer. */
export type Protocol = Readonly<{
  version: string;
  instructions: string;
  tools(): Promise<readonly ToolDefinition[]>;
  call(name: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallResult>;
  resources(signal: AbortSignal): Promise<readonly Resource[]>;
  resourceTemplates: readonly ResourceTemplate[];
  /** @throws not_found, and whatever the operation throws */
  read(uri: string, signal: AbortSignal): Promise<Readonly<{ uri: string; mimeType: string; text: string }>>;
}>;

/** Serves a protocol until the client goes away or `signal` is aborted. */
export type Serve = (protocol: Protocol, onError: (error: Error) => void, signal: AbortSignal) => Promise<void>;
