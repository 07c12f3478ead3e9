import { defaultTierModels } from "../features/evals/model/tier.ts";
import { invalidInput, modelOverLimit, modelRefused, modelUnavailable, modelUnreadable } from "../kernel/errors.ts";
import { toErrorView } from "../kernel/ledger-error.ts";
import {
  type ModelAnswer,
  type ModelCall,
  type ModelCalls,
  type ModelProvider,
  type ModelSettings,
  type ModelSetUp,
  modelProviders,
} from "../ports/model-calls.ts";
import {
  type CallErrors,
  type CallOptions,
  callModel,
  checkKey,
  type Endpoint,
  envValue,
  type HttpProvider,
  providers,
} from "./model-http.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The choices of a person in one place. Without a provider, model and address do not count. */
export type ModelChoices = Readonly<{
  provider?: ModelProvider | undefined;
  model?: string | undefined;
  baseUrl?: string | undefined;
}> & { readonly [Key in keyof ModelSettings]?: ModelSettings[Key] | undefined };

/** The editor that the program runs in, if it runs in one. */
export type ModelHost = Readonly<{
  /** The key that it stores for a provider; null for none. */
  key(provider: HttpProvider): Promise<string | null>;
  /** Asks one of its own language models. @throws as `ModelCalls.complete` */
  complete(call: ModelCall, model: string | null, signal?: AbortSignal): Promise<ModelAnswer>;
}>;

export type ModelCallsOptions = Readonly<{
  env: Environment;
  now: () => Date;
  /** Choices that take precedence over environment and home. */
  choices?: ModelChoices | undefined;
  /** The home's own settings, and why they do not count if they cannot be read. */
  settings(): Promise<Readonly<{ choices: ModelChoices; complaint: string | null }>>;
  host?: ModelHost | undefined;
}> &
  Pick<CallOptions, "retries" | "timeoutMs" | "pauseMs">;

export const modelErrors: CallErrors = {
  who: "the model",
  unavailable: (reason) => modelUnavailable(reason),
  refused: modelRefused,
  overLimit: modelOverLimit,
  unreadable: modelUnreadable,
};

const setUpHint =
  "Choose a provider: rewardLedger.model.provider in VS Code, REWARD_LEDGER_MODEL_PROVIDER, or model.provider in settings.json of the home (docs/models.md).";

type ChosenModel = Readonly<{ provider: ModelProvider; model: string | null; baseUrl: string | null }>;

/**
 * The first place that names a provider counts as a whole, so that a key is not sent to an address that was meant for another.
 * Null when nobody has chosen a provider.
 * @throws model_unavailable
 */
async function findChoices({ env, choices = {}, settings }: ModelCallsOptions): Promise<ChosenModel | null> {
  const envProvider = envValue(env, "REWARD_LEDGER_MODEL_PROVIDER");
  const envChoices: ModelChoices = {
    provider: modelProviders.find((one) => one === envProvider),
    model: envValue(env, "REWARD_LEDGER_MODEL"),
    baseUrl: envValue(env, "REWARD_LEDGER_MODEL_URL"),
  };
  const explicit = [choices, envChoices].find(({ provider }) => provider !== undefined);
  if (explicit === undefined && envProvider !== undefined) {
    throw modelUnavailable(`REWARD_LEDGER_MODEL_PROVIDER is none of ${modelProviders.join(", ")}`, setUpHint);
  }
  const homeSettings = explicit === undefined ? await settings() : { choices: {}, complaint: null };
  const { provider, model, baseUrl } = explicit ?? homeSettings.choices;
  if (provider === undefined && homeSettings.complaint !== null) throw modelUnavailable(homeSettings.complaint, setUpHint);
  if (provider === undefined) return null;
  if (provider === "vscode") return { provider, model: model || null, baseUrl: null };
  const { base, usual } = providers[provider];
  return {
    provider,
    model: model || (provider === "anthropic" ? defaultTierModels.standard : null),
    baseUrl: baseUrl || (envValue(env, base) ?? usual),
  };
}

type CallTarget = Readonly<{ host: ModelHost; model: string | null }> | Readonly<{ endpoint: Endpoint }>;

/** A call without keys, tokens and passwords, wherever in it they are. */
async function scrubCall({ system, prompt, maxTokens }: ModelCall): Promise<ModelCall> {
  const { withoutSecrets } = await import("./scrub-secrets.ts");
  const blocks: ModelCall["system"][number][] = [];
  for (const { text, cache } of system) blocks.push({ text: await withoutSecrets(text), cache });
  return { system: blocks, prompt: await withoutSecrets(prompt), maxTokens };
}

/** Calls of models as the user has set them up. Nothing is read or sent before one is made. */
export function modelCalls(options: ModelCallsOptions): Omit<ModelCalls, "prompt"> {
  const { env, host } = options;

  const resolveKey = async (provider: HttpProvider, baseUrl: string): Promise<string | null> => {
    const apiKey = (await host?.key(provider)) ?? envValue(env, providers[provider].key);
    // The user's own server may accept calls without a key.
    return apiKey === undefined && baseUrl !== providers[provider].usual ? null : checkKey(apiKey, modelErrors);
  };

  /** @throws model_unavailable */
  const resolveTarget = async ({ provider, model, baseUrl }: ChosenModel): Promise<CallTarget> => {
    if (provider === "vscode") {
      if (host === undefined) throw modelUnavailable("VS Code's language models answer in its extension only", setUpHint);
      return { host, model };
    }
    if (model === null) {
      throw modelUnavailable("no model is named", "Name one: rewardLedger.model.name, REWARD_LEDGER_MODEL or model.name.");
    }
    const base = baseUrl ?? providers[provider].usual;
    return { endpoint: { provider, base, model, key: await resolveKey(provider, base), temperature: 0 } };
  };

  return {
    async complete(call, signal) {
      const chosen = await findChoices(options);
      if (chosen === null) throw modelUnavailable("no model is set up", setUpHint);
      const target = await resolveTarget(chosen);
      const scrubbed = await scrubCall(call);
      if ("host" in target) return target.host.complete(scrubbed, target.model, signal);
      return callModel(target.endpoint, scrubbed, { ...options, errors: modelErrors, signal });
    },
    async settings() {
      const { choices = {} } = options;
      const { choices: home, complaint } = await options.settings();
      if (complaint !== null) throw invalidInput("the settings of the home", [complaint]);
      return { documents: choices.documents ?? home.documents ?? null, critique: home.critique ?? false };
    },
    async setUp(): Promise<ModelSetUp> {
      let chosen: Omit<ModelSetUp, "problem"> = { provider: null, model: null, baseUrl: null };
      try {
        const found = await findChoices(options);
        if (found !== null) {
          chosen = found;
          await resolveTarget(found);
        }
        return { ...chosen, problem: null };
      } catch (error) {
        return { ...chosen, problem: toErrorView(error) };
      }
    },
  };
}
