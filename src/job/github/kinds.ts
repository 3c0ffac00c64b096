import type { PlatformWords } from "../job.ts";

/** A server with GitHub's API. Its differences from GitHub itself are here, and nowhere else. */
export interface ServerKind {
  readonly words: PlatformWords;
  /** In messages of its API. */
  readonly name: string;
  /** A source for disturbances, as a clause. */
  readonly disturbances: string;
  /** The longest page of a list. */
  readonly pageSize: Readonly<Record<string, number>>;
  /** The variable with the number in the address of a run's page, and the end of that address. */
  readonly runPage: readonly [variable: string, query: string];
  /** Its artifacts: several may have one name, one replaces another, or there is no service of the fourth version. */
  readonly artifacts: "kept" | "replaced" | "none";
  /** Not GitHub's: the first version of the cache service, and perhaps an authority that only the machine knows. */
  readonly isOwnServer: boolean;
  /**
   * It has all of GitHub's API: GraphQL, code scanning and the dependency graph. It finds pull requests by a commit,
   * issues by their creator, and references and labels by name. Its list of artifacts begins with the newest, and has
   * links to other pages.
   */
  readonly isComplete: boolean;
}

const GITHUB: ServerKind = {
  words: {
    name: "GitHub",
    lacking: "this run is outside of GitHub",
    mayRead: "Give the job `contents: read` and leave `token` at its default",
    changeRequest: "pull request",
    workflow: "workflow",
  },
  name: "GitHub",
  disturbances: "https://www.githubstatus.com tells of disturbances",
  pageSize: { per_page: 100 },
  runPage: ["GITHUB_RUN_ID", ""],
  artifacts: "kept",
  isOwnServer: false,
  isComplete: true,
};

const ENTERPRISE: ServerKind = { ...GITHUB, artifacts: "none", isOwnServer: true };

/**
 * Forgejo and Gitea run workflows of GitHub's kind. They have the parts of GitHub's API that their own descriptions
 * name (Gitea, templates/swagger). Forgejo's addresses, and Gitea's before 1.26, have the run's number within its
 * repository. Newer addresses of Gitea have the run's id, and `by_index` says that this is the number.
 */
const FORGEJO: ServerKind = {
  words: {
    ...GITHUB.words,
    name: "Forgejo or Gitea",
    lacking: "Image Gate does not do this on Forgejo and Gitea",
    mayRead: "Leave `token` at its default, or give it one that may read the repository",
  },
  name: "the server",
  disturbances: "ask those who run the server if it stays",
  pageSize: { limit: 50 },
  runPage: ["GITHUB_RUN_NUMBER", "?by_index=1"],
  artifacts: "replaced",
  isOwnServer: true,
  isComplete: false,
};

/**
 * The kind of a server. The API of Forgejo and Gitea is below `/api/v1`, the one of a GitHub Enterprise Server below
 * `/api/v3`. The hosts that count as GitHub itself are the same as in @actions/cache.
 */
export function kindOf({ apiUrl = "", serverUrl }: { apiUrl?: string | undefined; serverUrl?: string | undefined }) {
  if (/\/api\/v1\/*$/.test(apiUrl)) return FORGEJO;
  const url = serverUrl || "https://github.com";
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
  return /^github\.com$|\.ghe\.com$|\.localhost$/.test(host) ? GITHUB : ENTERPRISE;
}

/** The kind of server that a job's environment names. */
export function kindIn(env: Readonly<Record<string, string | undefined>>): ServerKind {
  return kindOf({ apiUrl: env.GITHUB_API_URL, serverUrl: env.GITHUB_SERVER_URL });
}
