import * as z from "zod";
import { fixClasses } from "./feedback.ts";
import { highestTier } from "./tiers.ts";

/*
 * The two files that bind an agent: to the human who decides about it, and to the repository that it works on. Keys that are not
 * defined here belong to others; they are ignored and preserved.
 */

export const emFile = "em.toml";
export const repoFile = "repo_binding.toml";

const trimmedText = z.string().trim().normalize("NFC").min(1);
/** A time: TOML's own type, or a string. */
const timestamp = z.union([z.string(), z.date().transform((date) => date.toISOString())]);

const tier = z.int().min(0).max(highestTier);

/** `em.toml`. */
export const emBinding = z.object({
  em_handle: trimmedText,
  em_channel: trimmedText,
  persona_name: z.string().optional(),
  dev_mode_self_edit: z.boolean().default(false),
  dev_mode_enabled_at: timestamp.optional(),
  dev_mode_enabled_reason: z.string().optional(),
  allow_state_machine_edit: z.boolean().default(false),
  auto_merge_classes: z.array(z.enum(fixClasses)).default([]),
  current_tier: tier.default(0),
  initial_tier: tier.optional(),
});
export type EmBinding = z.infer<typeof emBinding>;

/**
 * Returns the tier that agents have before their first tier change. It is `current_tier` until the file follows a change; from
 * then on it is `initial_tier`.
 */
export const initialTier = ({ initial_tier, current_tier }: Pick<EmBinding, "initial_tier" | "current_tier">): number =>
  initial_tier ?? current_tier;

/** `repo_binding.toml`. Secrets are stored in the system's keyring; the file names their slots. */
export const repoBinding = z.object({
  repo: z.string().regex(/^[^/\s]+\/[^/\s]+$/, { error: "must be owner/name" }),
  github_app_id: z.int().min(1),
  github_installation_id: z.int().min(1),
  webhook_secret_keyring_slot: trimmedText,
  private_key_keyring_slot: trimmedText,
  allowed_branches: z.array(z.string()).default([]),
  forbidden_paths: z.array(z.string()).default([]),
});
export type RepoBinding = z.infer<typeof repoBinding>;
