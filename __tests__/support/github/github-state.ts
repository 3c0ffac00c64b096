import { createHash } from "node:crypto";
import type { WorkflowEvent } from "../runs/runner.ts";
import type { Contract } from "./github-contract.ts";

/** A comment in the form of GitHub's REST API, with the fields that matter here. */
export interface StoredComment {
  readonly id: number;
  readonly html_url: string;
  body: string;
  readonly user: { readonly login: string; readonly type: string };
  readonly created_at: string;
  updated_at: string;
}

export interface PlantedComment {
  readonly issue?: number;
  readonly body: string;
  /** `mallory` by default; a name that ends in `[bot]` is a bot's. */
  readonly author?: string;
}

export interface PullRequestOptions {
  readonly number: number;
  readonly headRef?: string;
  readonly headSha?: string;
  /** `owner/name` of a fork. */
  readonly headRepository?: string;
  readonly baseRef?: string;
  readonly state?: "open" | "closed";
}

/** Text of a file, or the target of a symbolic link. */
export type RepositoryFile = string | Buffer | { readonly symlink: string };

export interface StoredCommit {
  readonly parents: readonly string[];
  readonly files: Map<string, RepositoryFile>;
}

type Fields = Record<string, unknown>;

/** The state of the fake's one repository. */
export interface GitHubState {
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  /** Issue or pull request number to its comments, oldest first. */
  readonly comments: Map<number, StoredComment[]>;
  readonly pulls: Map<number, Required<PullRequestOptions>>;
  readonly branches: Map<string, string>;
  readonly commits: Map<string, StoredCommit>;
  addComment(issue: number, body: string, author: string): StoredComment;
  /** The commit of a branch (`main`, `heads/main`, `refs/heads/main`) or of a full SHA. */
  commitOf(ref: string): StoredCommit | undefined;
}

/** A SHA that looks like git's, always the same for the same text. */
export const shaOf = (text: string): string => createHash("sha1").update(text).digest("hex");

export function createState(contract: Contract, repository: string, defaultBranch: string): GitHubState {
  const [owner = "", name = ""] = repository.split("/");
  const example = contract.example<Fields & { user: Fields }>("issue-comment");
  let nextId = 1000;
  const state: GitHubState = {
    owner,
    name,
    defaultBranch,
    comments: new Map(),
    pulls: new Map(),
    branches: new Map(),
    commits: new Map(),
    addComment(issue, body, author) {
      const id = nextId++;
      const html_url = `https://github.com/${repository}/pull/${issue}#issuecomment-${id}`;
      const user = { ...example.user, login: author, type: author.endsWith("[bot]") ? "Bot" : "User" };
      const at = new Date(Date.UTC(2026, 10, 24) + id * 1000).toISOString();
      const comment = { ...example, id, html_url, body, user, created_at: at, updated_at: at };
      state.comments.set(issue, [...(state.comments.get(issue) ?? []), comment]);
      return comment;
    },
    commitOf(ref) {
      const sha = state.branches.get(ref.replace(/^(refs\/)?heads\//, ""));
      return state.commits.get(sha ?? ref);
    },
  };
  return state;
}

/** A pull request as REST gives it: GitHub's example with the values of ours. */
export function pullRequestJson(contract: Contract, state: GitHubState, number: number, simple: boolean): unknown {
  const pull = state.pulls.get(number);
  if (!pull) return undefined;
  const [simpleExample] = contract.example<(Fields & { head: Fields; base: Fields })[]>("pull-request-simple-items");
  const full = contract.example<Fields & { head: Fields; base: Fields }>("pull-request");
  const example = simple && simpleExample ? simpleExample : full;
  const repository = `${state.owner}/${state.name}`;
  const side = (template: Fields, fullName: string, ref: string, sha: string) => {
    const [login = "", name = ""] = fullName.split("/");
    const repo = { ...(template.repo as Fields), full_name: fullName, name, fork: fullName !== repository };
    return { ...template, label: `${login}:${ref}`, ref, sha, repo };
  };
  return {
    ...example,
    // GitHub's examples lack what its schema of a team requires.
    requested_teams: [],
    number,
    state: pull.state,
    html_url: `https://github.com/${repository}/pull/${number}`,
    head: side(example.head, pull.headRepository, pull.headRef, pull.headSha),
    base: side(example.base, repository, pull.baseRef, state.branches.get(pull.baseRef) ?? shaOf(pull.baseRef)),
  };
}

/** The webhook's payload and the variables of a run on a pull request, the fields that an action may read. */
export function pullRequestEvent(state: GitHubState, number: number, action: string): WorkflowEvent {
  const pull = state.pulls.get(number);
  if (!pull) throw new Error(`There is no pull request ${number}.`);
  const own = `${state.owner}/${state.name}`;
  const repository = (fullName: string) => {
    const [login, name] = fullName.split("/");
    const { defaultBranch } = state;
    return { full_name: fullName, name, owner: { login }, default_branch: defaultBranch, fork: fullName !== own };
  };
  const { headRef, headSha, headRepository, baseRef } = pull;
  const head = { ref: headRef, sha: headSha, repo: repository(headRepository) };
  const base = { ref: baseRef, sha: state.branches.get(baseRef) ?? shaOf(baseRef), repo: repository(own) };
  return {
    name: "pull_request",
    payload: {
      action,
      number,
      pull_request: { number, state: pull.state, head, base, user: { login: "octocat", type: "User" } },
      repository: repository(own),
      sender: { login: "octocat", type: "User" },
    },
    ref: `refs/pull/${number}/merge`,
    sha: shaOf(`merge ${base.sha} ${headSha}`),
    headRef,
    baseRef,
  };
}

/** The contents API's answer for a path; undefined if there is nothing. Files of 1 MB and more come without content. */
export function contentJson(contract: Contract, commit: StoredCommit, path: string): unknown {
  const example = contract.example<Fields>("content-file-response-if-content-is-a-file");
  const file = commit.files.get(path);
  const name = path.split("/").at(-1);
  if (file === undefined) {
    const below = [...commit.files.keys()].filter((each) => each.startsWith(`${path}/`));
    const { content: _, encoding: __, ...entry } = example;
    return below.length === 0 ? undefined : below.map((each) => ({ ...entry, path: each, name: each, type: "file" }));
  }
  if (typeof file === "object" && "symlink" in file) {
    // GitHub follows a link to a file of the repository, and shows any other as a link.
    const target = new URL(file.symlink, `http://github.test/${path}`).pathname.slice(1);
    if (commit.files.has(target)) return contentJson(contract, commit, target);
    const { content: _, encoding: __, ...entry } = example;
    return { ...entry, path, name, type: "symlink", target: file.symlink, size: file.symlink.length };
  }
  const bytes = Buffer.from(file as string);
  const inline = bytes.length < 1_000_000;
  // Lines of 60 characters, as GitHub's encoder breaks them.
  const content = inline ? bytes.toString("base64").replaceAll(/.{1,60}/g, "$&\n") : "";
  const sha = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
  return {
    ...example,
    path,
    name,
    type: "file",
    size: bytes.length,
    encoding: inline ? "base64" : "none",
    content,
    sha,
  };
}

/** The bytes for the media type `raw`; undefined if there is no file. */
export function rawContent(commit: StoredCommit, path: string): Buffer | undefined {
  const file = commit.files.get(path);
  if (file === undefined) return undefined;
  if (typeof file === "string" || Buffer.isBuffer(file)) return Buffer.from(file as string);
  return rawContent(commit, new URL(file.symlink, `http://github.test/${path}`).pathname.slice(1));
}
