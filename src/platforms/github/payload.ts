import { z } from "zod";

// Webhook payloads, the few fields that we read: https://docs.github.com/webhooks/webhook-events-and-payloads

const number = z.int().positive();
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const repositoryName = z.object({ full_name: z.string() });

export const pullRequestSchema = z.object({
  number,
  head: z.object({
    sha,
    /** Null where the fork was deleted. */
    repo: repositoryName.nullish(),
  }),
  base: z.object({ sha, ref: z.string().min(1), repo: repositoryName }),
});

/** Fields of every event. */
export const commonSchema = z.object({
  repository: z.object({ full_name: z.string(), default_branch: z.string().min(1).optional() }).optional(),
});

export const pullRequestEventSchema = z.object({ pull_request: pullRequestSchema });

export const issueCommentEventSchema = z.object({
  issue: z.object({ number, pull_request: z.looseObject({}).nullish() }),
});

export const mergeGroupEventSchema = z.object({
  merge_group: z.object({ head_sha: sha, head_ref: z.string(), base_sha: sha, base_ref: z.string().min(1) }),
});

export const workflowRunEventSchema = z.object({
  workflow_run: z.object({
    head_sha: sha,
    head_branch: z.string().nullish(),
    /** Null where the fork was deleted. */
    head_repository: z.object({ full_name: z.string() }).nullish(),
  }),
});

export const pushEventSchema = z.object({ ref: z.string(), deleted: z.boolean().optional() });
