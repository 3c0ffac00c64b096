import { z } from "zod";
import { isOurs, STATE_NAMES } from "../../../domain/history/state-paths.ts";
import { checkBranchName } from "../../../system/state/branch-name.ts";
import { foreign, labelOf, offline, readOnly, unreadable } from "../../../system/state/errors.ts";
import { UnusableArchive, unpackArchive } from "../../../system/tar/archive.ts";
import { ReportingError } from "../../api-failure.ts";
import type { Access, StateSnapshot, StateStore } from "../../platform.ts";
import { type Api, connect } from "../api/api.ts";
import { isForgejo } from "../api/forgejo.ts";
import { commitOfBranch, defaultBranch } from "../base-policy.ts";
import type { GitHubEvent } from "../event.ts";
import { writeOnForgejo } from "./forgejo-write.ts";
import { readOnlyBecause } from "./may-write.ts";
import { writeCommit } from "./write.ts";

const WHO_WRITES = "Let a run of the default branch on `schedule`, `push` or `workflow_dispatch` write it.";

interface Options extends Access {
  readonly event: GitHubEvent;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Limit for one request, in milliseconds, instead of those below. */
  readonly timeoutMs?: number;
}

/**
 * Bytes of the branch's archive, packed and unpacked. 1,000 images with 500 findings each have some 150 MB of history.
 */
const MOST_PACKED = 512 << 20;
const MOST_UNPACKED = 1 << 30;
/** Requests for a few bytes, in milliseconds. */
const ASKING = { timeoutMs: 10_000, budgetMs: 60_000 };
const DOWNLOAD = { timeoutMs: 120_000, budgetMs: 240_000 };
/** A request may carry some megabytes, and GitHub takes its ten seconds from their end on. */
const WRITING = { timeoutMs: 30_000, budgetMs: 600_000 };
/** GitHub allows 500 requests an hour that create something, of which the rest of the run needs some. */
const MOST_NEW_SBOMS = 200;

const READ = { permission: "contents: read", without: "state-dir" };
const tree = z.object({ tree: z.array(z.object({ path: z.string() })) });

/**
 * The state on an orphan branch of the repository. It is read as one archive and written as one commit. The token goes
 * to the API alone: the archive lies at a signed address.
 * @throws GateError `state-branch-invalid`
 */
export function stateBranch(name: string, options: Options): StateStore {
  checkBranchName(name);
  const { token, event, signal, timeoutMs } = options;
  const connected = (limits: typeof ASKING) =>
    connect({ token, event, signal, ...limits, ...(timeoutMs !== undefined && { timeoutMs }) });
  const asking = once(() => connected(ASKING));
  const ask = {
    /** A schedule's payload does not name it, so that GitHub is asked. */
    defaultBranch: once(async () => {
      const api = await asking();
      const known = event.name === "schedule" ? undefined : event.defaultBranch;
      return defaultBranch({ ...api, event: { ...event, defaultBranch: known } });
    }),
    newestCommit: async () => commitOfBranch(await asking(), await ask.defaultBranch()),
  };
  const sent = new WeakMap<Buffer, string>();
  const mayNotBecause = once(() => readOnlyBecause(options, ask));

  async function refuseDefault(): Promise<void> {
    if ((await ask.defaultBranch()) === name) throw foreign(name, "it is the repository's default branch");
  }

  return {
    label: labelOf(name),
    oneAtATime: "give the workflow a `concurrency` group",
    mostNewSboms: MOST_NEW_SBOMS,
    readOnlyBecause: mayNotBecause,
    async read() {
      if (options.offline) throw offline(name, "GitHub");
      await refuseDefault();
      const api = await asking();
      const revision = await headOf(api, name);
      if (revision !== undefined) return snapshotOf(api, await connected(DOWNLOAD), { name, revision });
      // GitHub hides what a token may not see behind the same answer as what is not there.
      await ask.newestCommit();
      return { files: new Map() };
    },
    async write(change) {
      const why = await mayNotBecause();
      if (why !== undefined) throw readOnly(name, why, WHO_WRITES);
      await refuseDefault();
      const api = await connected(WRITING);
      const target = { name, head: () => headOf(api, name), without: READ.without, sent };
      if (isForgejo(event)) return writeOnForgejo(api, change, { ...target, defaultBranch: await ask.defaultBranch() });
      return writeCommit(api, change, target);
    },
  };
}

/** Does it once, or again if it failed. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= work().catch((thrown: unknown) => {
      begun = undefined;
      throw thrown;
    });
    return begun;
  };
}

/** The branch's newest commit; undefined if GitHub says that there is none, or hides it. */
async function headOf(api: Api, name: string): Promise<string | undefined> {
  try {
    return await commitOfBranch(api, name);
  } catch (thrown) {
    if (thrown instanceof ReportingError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

interface Commit {
  readonly name: string;
  readonly revision: string;
}

async function snapshotOf(api: Api, downloading: Api, { name, revision }: Commit): Promise<StateSnapshot> {
  const archive = await archiveOf(downloading, { name, revision });
  const files = await unpackArchive(archive, MOST_UNPACKED, isOurs).catch((thrown: unknown) => {
    if (!(thrown instanceof UnusableArchive)) throw thrown;
    throw unreadable(name, `its archive ${thrown.message}`, thrown);
  });
  if (!files.has("index.json")) await refuseForeign(api, { name, revision });
  return { revision, files };
}

/** GitHub redirects to the archive's signed address; Forgejo and Gitea answer with the archive. */
async function archiveOf(api: Api, { name, revision }: Commit): Promise<Buffer> {
  const failed = `The state on ${labelOf(name)} could not be read`;
  if (!isForgejo(api.event)) {
    const route = "GET /repos/{owner}/{repo}/tarball/{ref}";
    return api.archive({ ...READ, route, parameters: { ref: revision }, failed }, MOST_PACKED);
  }
  const route = "GET /repos/{owner}/{repo}/archive/{archive}";
  return api.bytes({ ...READ, route, parameters: { archive: `${revision}.tar.gz` }, failed }, MOST_PACKED);
}

/**
 * Without an index the branch must be empty. An archive leaves out what `.gitattributes` says, so that GitHub is asked.
 */
async function refuseForeign(api: Api, { name, revision }: Commit): Promise<void> {
  const { data } = await api.call(
    {
      ...READ,
      route: "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
      parameters: { tree_sha: revision },
      failed: `The state on ${labelOf(name)} could not be read`,
    },
    tree,
  );
  const strange = data.tree.map(({ path }) => path).filter((path) => !STATE_NAMES.has(path));
  if (strange.length === 0) return;
  const shown = strange.slice(0, 3).map((path) => JSON.stringify(path.slice(0, 100)));
  throw foreign(name, `it has no index.json, but ${shown.join(", ")}${strange.length > 3 ? " and more" : ""}`);
}
