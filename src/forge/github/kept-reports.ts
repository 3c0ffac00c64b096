import { createHash } from "node:crypto";
import { z } from "zod";
import type { World } from "../../system/world.ts";
import { baselines, MOST_REPORT_BYTES, type StoredReport } from "../baseline.ts";
import { requestsWith } from "../client.ts";
import type { KeptReport } from "../forge.ts";
import { once } from "../once.ts";
import { type Api, connect } from "./api.ts";
import { commitOfBranch, defaultBranch, reading } from "./rules.ts";
import type { SentBy } from "./sending.ts";

/** Milliseconds for one request, including a download. */
const TIMEOUT_MS = 20_000;
/** A limit, since a fork's runs may make any number of artifacts of the same name. */
const MOST_PAGES = 3;

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
      head_branch: z.string().nullish(),
    })
    .nullish(),
});
type Artifact = z.infer<typeof artifactSchema>;
const listSchema = z.object({ artifacts: z.array(artifactSchema), total_count: z.int().nonnegative().default(0) });

const runSchema = z.object({
  id: z.int(),
  event: z.string(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  head_branch: z.string().nullish(),
  head_sha: z.string().regex(/^[0-9a-f]{40,64}$/),
  html_url: z.string().optional(),
  repository: z.object({ id: z.int() }),
  /** Null if the fork was deleted. Forgejo and Gitea leave it out: a push to a fork runs in the fork there. */
  head_repository: z.object({ id: z.int() }).nullish(),
});

/**
 * The reports of the default branch's successful runs, newest first.
 * @throws ReportingError if a request fails; also during the iteration
 */
export async function keptReports(
  name: string,
  { event, token, log, signal }: SentBy,
  env: World["env"],
): Promise<AsyncIterable<KeptReport>> {
  const api = await connect({ token, event, signal, timeoutMs: TIMEOUT_MS });
  const branch = await defaultBranch(api);
  return baselines(storedIn(api, name, branch), { branch, ownRun: Number(env.GITHUB_RUN_ID) || undefined }, log);
}

const asked = requestsWith({ needs: "actions: read" });

async function* storedIn(api: Api, name: string, defaultBranch: string): AsyncGenerator<StoredReport> {
  const maxBytes = MOST_REPORT_BYTES;
  const head = once(() => commitOfBranch(api, defaultBranch));
  for await (const { id, expired, size_in_bytes: bytes, created_at, digest, workflow_run: run } of listed(api, name)) {
    const isThere = !expired && run?.id !== undefined && bytes <= maxBytes;
    const { id: of, head_branch: branch, repository_id: own, head_repository_id: from } = run ?? {};
    yield {
      label: `the artifact ${id}`,
      listed: {
        run: of,
        branch: branch ?? undefined,
        isElsewhere: from !== undefined && from !== own,
        madeAt: created_at ?? undefined,
      },
      unfit: isThere ? undefined : `it has expired, its run is gone, or it has more than ${maxBytes} bytes`,
      async details() {
        const request = asked("GET /actions/runs/{id}", { id: of }, `The workflow run ${of} could not be read`);
        const found = await api.call(request, runSchema);
        const { repository, head_repository } = found;
        return {
          run: found.id,
          trigger: found.event,
          branch: found.head_branch ?? "",
          isElsewhere: head_repository !== undefined && head_repository?.id !== repository.id,
          isSuccessful: found.status === "completed" && found.conclusion === "success",
          commit: found.head_sha,
          url: found.html_url,
        };
      },
      async read({ commit = "" }) {
        if (!(await isOnBranch(api, commit, await head()))) return `its commit is not on ${defaultBranch}`;
        const archive = asked("GET /actions/artifacts/{id}/zip", { id }, `The artifact ${id} could not be downloaded`);
        const zip = await api.bytes({ ...archive, as: "archive", maxBytes });
        const isWhole = !digest || digest === `sha256:${createHash("sha256").update(zip).digest("hex")}`;
        return isWhole ? zip : "it was changed on the way";
      },
    };
  }
}

/**
 * The artifacts of this name, newest first. Gitea lists them oldest first, without links to other pages, so that the
 * last pages are read.
 */
async function* listed(api: Api, name: string): AsyncGenerator<Artifact> {
  const { pageSize, isComplete } = api.kind;
  const page = async (number: number) => {
    const failed = "The artifacts of earlier runs could not be listed";
    return api.call(asked("GET /actions/artifacts", { name, ...pageSize, page: number }, failed), listSchema);
  };
  const first = await page(1);
  const last = Math.max(1, Math.ceil(first.total_count / (Object.values(pageSize)[0] ?? 1)));
  for (let at = 0; at < Math.min(MOST_PAGES, last); at++) {
    const number = isComplete ? 1 + at : last - at;
    const { artifacts } = number === 1 ? first : await page(number);
    yield* artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
  }
}

/**
 * The push of a tag with the branch's name makes a run that looks like the branch's. So the commit is checked, by the
 * number of its commits that are not on the branch.
 */
async function isOnBranch(api: Api, commit: string, head: string): Promise<boolean> {
  if (commit === head) return true;
  const failed = `The commit ${commit} could not be compared with the default branch`;
  const request = reading("GET /compare/{basehead}", { basehead: `${head}...${commit}` }, failed);
  return (await api.call(request, z.object({ total_commits: z.int() }))).total_commits === 0;
}
