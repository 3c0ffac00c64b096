import { z } from "zod";

/** What a workflow's `permissions` must include to list and read artifacts. */
export const PERMISSION = "actions: read";

const artifactSchema = z.object({
  id: z.int().positive(),
  name: z.string(),
  size_in_bytes: z.int().nonnegative(),
  expired: z.boolean(),
  digest: z.string().nullish(),
  created_at: z.string().nullish(),
  workflow_run: z
    .object({
      id: z.int().positive().optional(),
      repository_id: z.int().optional(),
      head_repository_id: z.int().optional(),
      /** Forgejo and Gitea leave it out here, as the repository of the head. */
      head_branch: z.string().nullish(),
      head_sha: z.string().optional(),
    })
    .nullish(),
});
/** An artifact as a list names it. */
export type Artifact = z.infer<typeof artifactSchema>;

/** One page of artifacts. */
export const listSchema = z.object({
  artifacts: z.array(artifactSchema),
  total_count: z.int().nonnegative().optional(),
});
