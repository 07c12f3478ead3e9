import * as z from "zod";
import { fixClasses } from "./feedback.ts";
import { highestTier } from "./tiers.ts";

/*
 * The two files that bind an agent: to the human who decides about it, and to the repository that it works on. Keys that are not named
 * here are somebody else's; they are ignored and kept.
 */

export const emFile = "em.toml";
export const repoFile = "repo_binding.toml";

const word = z.string().trim().normalize("NFC").min(1);
/** TOML has times of its own; a quoted one is as good. */
const moment = z.union([z.string(), z.date().transform((date) => date.toISOString())]);

const tier = z.int().min(0).max(highestTier);

/** `em.toml`. */
export const emBinding = z.object({
  em_handle: word,
  em_channel: word,
  persona_name: z.string().optional(),
  dev_mode_self_edit: z.boolean().default(false),
  dev_mode_enabled_at: moment.optional(),
  dev_mode_enabled_reason: z.string().optional(),
  allow_state_machine_edit: z.boolean().default(false),
  auto_merge_classes: z.array(z.enum(fixClasses)).default([]),
  current_tier: tier.default(0),
  initial_tier: tier.optional(),
});
export type EmBinding = z.infer<typeof emBinding>;

/** The tier that agents have before their first change. `current_tier` says it until it follows a change; from then on, `initial_tier`. */
export const initialTier = ({ initial_tier, current_tier }: Pick<EmBinding, "initial_tier" | "current_tier">): number =>
  initial_tier ?? current_tier;

/** `repo_binding.toml`. Secrets stand in the keyring of the system; the file names their slots. */
export const repoBinding = z.object({
  repo: z.string().regex(/^[^/\s]+\/[^/\s]+$/, { error: "must be owner/name" }),
  github_app_id: z.int().min(1),
  github_installation_id: z.int().min(1),
  webhook_secret_keyring_slot: word,
  private_key_keyring_slot: word,
  allowed_branches: z.array(z.string()).default([]),
  forbidden_paths: z.array(z.string()).default([]),
});
export type RepoBinding = z.infer<typeof repoBinding>;
