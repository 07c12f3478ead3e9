/**
 * The rooms of `src` and their allowed imports (docs/architecture.md). Files outside a room and import cycles are errors.
 * The flow is kernel ← models ← ports ← ledger, platform, sync ← features ← faces.
 */
const models = "^src/features/([^/]+/model|facts)/";
const importers = "^src/features/[^/]+/importers/";
const shared = "^src/features/shared/";
const assembly = "^src/features/(index/|operations\\.ts$)";
/** Features that may import other features, each with its reason: their answers combine those of several features. */
export const joins = {
  check: "its thresholds apply to reviews, evals and spending",
  costs: "costs come from evals, spending and sessions, with the reviews of their branches",
  critique: "a model's critique of a change is stored in the agent's audit",
  digest: "a week's digest covers the agent's work and the effect of its rules",
  gate: "whether a change may merge without a human depends on the agent's binding, tier and record",
  hooks: "an agent's events become rows of its stores, and start reviews",
  intake: "an import accepts both reports and eval results",
  maintenance: "it checks everything in the ledger",
  report: "a report on a change contains its reviews and evals",
  sample: "the sample history contains reviews and evals",
  "self-fix": "a fix of feedback changes rows of the agent's stores and must pass the gate",
  sessions: "sessions and their cost are rows of the agent's stores",
};
const features = ["reviews", "evals", "agent", "connect", "prompt", "rules", "team", ...Object.keys(joins)];

export const rooms = {
  kernel: {
    what: "shared foundations: the fact envelope, documents, errors, escaping, time, statistics",
    is: "^src/kernel/",
    may: [],
    why: "the kernel is pure and has no I/O; every other room builds on it",
  },
  models: {
    what: "`features/*/model` and `features/facts`: the meaning of facts, as schemas and folds",
    is: models,
    may: ["kernel"],
    why: "a model defines the meaning of facts by schemas and folds that any face can recompute",
  },
  ports: {
    what: "types of what operations need from ledger, machine and team",
    is: "^src/ports/",
    may: ["kernel", "models"],
    why: "ports define what operations need, not how it is implemented",
  },
  disk: {
    what: "`platform/disk`: atomic file replacement, file modes, causes of disk errors, process liveness",
    is: "^src/platform/disk/",
    may: ["kernel"],
    why: "disk replaces files safely for every room that stores files, independent of their content",
  },
  ledger: {
    what: "`log` (segments, lock, recovery, hash chain), `index` (the SQLite engine), append, catch-up, checkpoint, verify, summary",
    is: "^src/ledger/",
    may: ["kernel", "models", "ports", "disk"],
    why: "the ledger stores facts and keeps the index behind a port; it is independent of queries and user interfaces",
  },
  platform: {
    what: "clock, ids, time zone, files, git, prices, model calls",
    is: "^src/platform/",
    may: ["kernel", "models", "ports"],
    why: "the platform wraps the machine: clock, files, git, prices",
  },
  sync: {
    what: "facts to and from a team: redaction, sign-in, the transport to Supabase",
    is: "^src/sync/",
    may: ["kernel", "models", "ports", "platform"],
    why: "sync transfers facts; queries belong to operations",
  },
  features: {
    what: "one folder per capability: `model`, `index` (tables, apply, queries), `importers`, `operations`, `documents`",
    is: "^src/features/",
    may: ["kernel", "models", "ports", "ledger"],
    why: "operations work on ports, never on a concrete store, so that every face gives the same answer",
  },
  render: {
    what: "documents as terminal text, as Markdown and as an HTML page",
    is: "^src/render/",
    may: ["kernel"],
    why: "rendering lays out documents, independent of their content",
  },
  compose: {
    what: "creates the implementations of the ports",
    is: "^src/compose\\.ts$",
    may: ["kernel", "models", "ports", "ledger", "platform", "sync", "features"],
    why: "compose creates the implementations and is independent of the faces",
  },
  "summary-answers": {
    what: "`status`, `agents` and `statusline` from the summary, without the program",
    is: "^src/summary-answers\\.ts$",
    may: ["kernel", "models", "ports", "ledger", "disk", "platform", "features", "render", "cli"],
    why: "an answer from the summary is built from the same parts as the full program, so both agree",
  },
  hook: {
    what: "`hook` as agents call it, without the program",
    is: "^src/hook\\.ts$",
    may: ["kernel", "models", "ports", "disk", "platform"],
    why: "a hook delays the agent that calls it, so it stores the event and loads nothing else",
  },
  cli: {
    what: "the command line: arguments, help and exit codes; commands are derived from operations",
    is: "^src/cli/",
    may: ["kernel", "models", "ports", "features", "compose", "summary-answers", "hook", "platform", "render", "mcp"],
    why: "the command line is a face over the operations, and starts the face for agents",
  },
  mcp: {
    what: "the server of the Model Context Protocol: its tools are derived from operations",
    is: "^src/mcp/",
    may: ["kernel", "models", "ports", "features", "platform"],
    why: "the agents' tools are a face over the operations; the command line starts it with its own ports",
  },
  collector: {
    what: "the library with which test programs record an eval run in progress",
    is: "^src/collector/",
    may: ["kernel", "models", "ports", "features", "compose", "platform", "render"],
    why: "the collector is a face for test programs over the same operations",
  },
  worker: {
    what: "the extension's store, in a separate thread",
    is: "^src/worker/",
    may: ["kernel", "models", "ports", "features", "compose", "platform", "protocol", "render"],
    why: "the worker gives the extension access to the operations",
  },
  program: {
    what: "the bundle that command line and worker share",
    is: "^src/program\\.ts$",
    may: ["cli", "worker"],
    why: "the program only chooses between the faces that share its bundle",
  },
  protocol: {
    what: "messages between threads and to the webview",
    is: "^src/protocol/",
    may: ["kernel", "models", "ports", "features"],
    why: "the protocol defines the types that both sides of a connection share",
  },
  extension: {
    what: "activation, commands, status bar, trees, panels",
    is: "^src/extension/",
    may: ["kernel", "models", "ports", "features", "platform", "protocol", "render"],
    why: "the extension's main thread must not load the store: it asks the worker",
  },
  webview: {
    what: "browser code of the panel: one folder per tab, and shared components",
    is: "^src/webview/",
    may: ["protocol", "features", "models", "kernel", "ports"],
    why: "the webview can be disposed at any time and receives everything by message",
  },
};

/** Packages that may be bundled. All others in package.json are for building and testing. */
const bundled = [
  "@modelcontextprotocol/server",
  "@pydantic/genai-prices",
  "@secretlint/core",
  "@secretlint/secretlint-rule-preset-recommend",
  "@supabase/supabase-js",
  "canonicalize",
  "cli-progress",
  "commander",
  "csv-stringify",
  "git-url-parse",
  "jsonc-parser",
  "luxon",
  "open",
  "picocolors",
  "preact",
  "proper-lockfile",
  "sax",
  "smol-toml",
  "sparkly",
  "sql.js",
  "string-width",
  "tinyglobby",
  "uplot",
  "uuid",
  "wrap-ansi",
  "yauzl",
  "zod",
];

/** Code that the panel's tabs share; every other folder of the webview is a tab. */
const betweenTabs = "^src/webview/(shared|runs|styles)/";

const names = Object.keys(rooms);
const room = (name) => rooms[name].is;

export default {
  forbidden: [
    ...names.map((name) => ({
      name: `room-${name}`,
      severity: "error",
      comment: `${name} may import ${rooms[name].may.join(", ") || "no other room"}: ${rooms[name].why}.`,
      from: { path: room(name), ...(name === "features" ? { pathNot: models } : {}) },
      to: { path: "^src/", pathNot: [name, ...rooms[name].may].map(room) },
    })),
    ...features.map((feature) => ({
      name: `feature-${feature}`,
      severity: "error",
      comment: `${feature} may import other features' models and importers, but not their operations, tables or documents: features must not depend on one another.`,
      from: { path: `^src/features/${feature}/` },
      to: {
        path: "^src/features/",
        pathNot: [
          `^src/features/${feature}/`,
          models,
          importers,
          shared,
          "^src/features/index/(session|lookup-cache)\\.ts$",
          ...(feature in joins ? features.map((other) => `^src/features/${other}/(operations|index|documents)/`) : []),
        ],
      },
    })),
    {
      name: "webview-tabs",
      severity: "error",
      comment: "A tab of the panel is independent of the others: components of several tabs are in webview/shared.",
      from: { path: "^src/webview/([^/]+)/", pathNot: betweenTabs },
      to: { path: "^src/webview/[^/]+/", pathNot: ["^src/webview/$1/", betweenTabs] },
    },
    {
      name: "features-shared",
      severity: "error",
      comment: "Code shared by features may import only their models and importers.",
      from: { path: shared },
      to: { path: "^src/features/", pathNot: [shared, models, importers] },
    },
    {
      name: "features-assembly",
      severity: "error",
      comment: "Only compose and the faces use the lists of all features.",
      from: { path: "^src/features/", pathNot: assembly },
      to: { path: assembly, pathNot: "^src/features/index/(session|lookup-cache)\\.ts$" },
    },
    {
      name: "pure-packages",
      severity: "error",
      comment: "Kernel and models import only zod; everything else comes through ports.",
      from: { path: [room("kernel"), models] },
      to: { pathNot: ["^src/", "^node_modules/zod/"] },
    },
    {
      name: "operations-packages",
      severity: "error",
      comment: "Operations reach the machine through ports only; pure formatting libraries are fine.",
      from: { path: ["^src/features/[^/]+/operations/", shared] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "features-use-the-index-engine-only",
      severity: "error",
      comment: "A feature's tables use the engine of the index; the log and the store stay behind ports.",
      from: { path: room("features") },
      to: { path: room("ledger"), pathNot: "^src/ledger/index/" },
    },
    {
      name: "vscode-only-in-extension",
      severity: "error",
      comment: "Only the extension imports VS Code, so that everything else also runs in a terminal.",
      from: { path: "^src/", pathNot: room("extension") },
      to: { path: "^vscode$|@types/vscode" },
    },
    {
      name: "webview-types-only",
      severity: "error",
      comment: "The webview imports only types from other rooms, because it is bundled separately as browser code.",
      from: { path: room("webview") },
      to: { path: "^src/", pathNot: room("webview"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "sql-only-in-index",
      severity: "error",
      comment: "SQL lives in the index: its engine and the features' tables.",
      from: { path: "^src/", pathNot: ["^src/ledger/index/", "^src/features/index/", "^src/features/[^/]+/index/"] },
      to: { path: "node_modules/sql\\.js" },
    },
    {
      name: "supabase-only-in-its-transport",
      severity: "error",
      comment: "Only one file imports Supabase's client; it is loaded only for requests to a server.",
      from: { path: "^src/", pathNot: "^src/sync/supabase\\.ts$" },
      to: { path: "node_modules/@supabase" },
    },
    {
      name: "mcp-only-in-its-transport",
      severity: "error",
      comment: "Only the transport imports the SDK of the Model Context Protocol; it is loaded only when a server starts.",
      from: { path: "^src/", pathNot: "^src/mcp/(sdk-transport|message-lines)\\.ts$" },
      to: { path: "node_modules/@modelcontextprotocol" },
    },
    {
      name: "no-room",
      severity: "error",
      comment: "Every file of src belongs to a room (docs/architecture.md).",
      from: { path: "^src/", pathNot: names.map(room) },
      to: {},
    },
    {
      name: "no-circle",
      severity: "error",
      comment: "An import cycle has no direction.",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "bundled-packages",
      severity: "error",
      comment:
        "Everything that src imports is bundled and shipped. Check a package's licence and size before adding it to the list.",
      from: { path: "^src/" },
      to: {
        path: "node_modules/",
        dependencyTypesNot: ["type-only"],
        pathNot: ["node_modules/@types/", ...bundled.map((name) => `node_modules/${name}/`)],
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
      mainFields: ["module", "main"],
    },
  },
};
