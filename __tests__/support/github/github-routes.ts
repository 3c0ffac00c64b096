import type { Reply } from "../network/forge-server.ts";
import { artifactsJson, runJson } from "./github-artifacts.ts";
import { type Call, type Context, DOCS, notFound, page, type Route } from "./github-call.ts";
import { sarifStatus, takeSarif } from "./github-code-scanning.ts";
import { takeSnapshot } from "./github-dependency-graph.ts";
import { GIT_ROUTES } from "./github-git.ts";
import { changeIssue, createIssue, createLabel, type IssueReply, listIssues, oneLabel } from "./github-issues.ts";
import { RELEASE_ROUTES } from "./github-releases.ts";
import { contentJson, type GitHubState, pullRequestJson, rawContent, type StoredComment } from "./github-state.ts";

/** The limit that GitHub's own message names. */
const MAX_BODY = 65_536;

function unusableBody(body: unknown): Reply | undefined {
  const refuse = (message: string): Reply => ({
    status: 422,
    body: {
      message: "Validation Failed",
      errors: [{ resource: "IssueComment", code: "unprocessable", field: "data", message }],
      documentation_url: DOCS,
    },
  });
  if (typeof body !== "string") return refuse("Body is not a string");
  if (body.trim() === "") return refuse("Body can't be blank");
  return [...body].length > MAX_BODY ? refuse(`Body is too long (maximum is ${MAX_BODY} characters)`) : undefined;
}

const createComment: Route = ({ state, issues, author, rewriteBody }, { body }, [issue]) => {
  const text = body?.body ?? "";
  if (!state.pulls.has(Number(issue)) && !issues.issues.has(Number(issue))) return notFound();
  return unusableBody(text) ?? { status: 201, body: state.addComment(Number(issue), rewriteBody(text), author) };
};

function ownedComment(state: GitHubState, id: string | undefined): [StoredComment[], StoredComment] | undefined {
  for (const comments of state.comments.values()) {
    const comment = comments.find((each) => each.id === Number(id));
    if (comment) return [comments, comment];
  }
  return undefined;
}

const changeComment: Route = ({ state, rewriteBody }, { method, body }, [id]) => {
  const [comments, comment] = ownedComment(state, id) ?? [];
  if (!comments || !comment) return { ...notFound(), undocumented: true };
  if (method === "GET") return { status: 200, body: comment };
  if (method === "DELETE") {
    comments.splice(comments.indexOf(comment), 1);
    return { status: 204 };
  }
  const refused = unusableBody(body?.body ?? "");
  if (refused) return refused;
  comment.body = rewriteBody(body?.body ?? "");
  comment.updated_at = new Date(Date.parse(comment.updated_at) + 60_000).toISOString();
  return { status: 200, body: comment };
};

const contents: Route = ({ contract, state }, { url, accept }, [path = ""]) => {
  const ref = url.searchParams.get("ref") ?? state.defaultBranch;
  const commit = state.commitOf(ref);
  if (!commit) return notFound(`No commit found for the ref ${ref}`);
  const json = contentJson(contract, commit, path);
  if (json === undefined) return notFound();
  if (!/\braw\b/.test(accept)) return { status: 200, body: json };
  const raw = rawContent(commit, path);
  return raw ? { status: 200, raw, headers: { "content-type": "application/vnd.github.raw+json" } } : notFound();
};

/**
 * For a fork's commit, GitHub often finds no pull request here: it finds only pull requests from the repository's own
 * branches.
 */
const pullsOfCommit: Route = ({ contract, state, base }, { url }, [sha]) => {
  const own = `${state.owner}/${state.name}`;
  const found = [...state.pulls.values()].filter((pull) => pull.headSha === sha && pull.headRepository === own);
  return page(
    base(),
    url,
    found.map(({ number }) => pullRequestJson(contract, state, number, true)),
  );
};

const listPulls: Route = ({ contract, state, base }, { url }) => {
  const { head, base: baseRef, state: wanted = "open" } = Object.fromEntries(url.searchParams);
  const found = [...state.pulls.values()].filter(
    (pull) =>
      (wanted === "all" || pull.state === wanted) &&
      (head === undefined || head === `${pull.headRepository.split("/")[0]}:${pull.headRef}`) &&
      (baseRef === undefined || baseRef === pull.baseRef),
  );
  return page(
    base(),
    url,
    found.map(({ number }) => pullRequestJson(contract, state, number, true)),
  );
};

const onePull: Route = ({ contract, state }, _, [number]) => {
  const body = pullRequestJson(contract, state, Number(number), false);
  return body === undefined ? notFound() : { status: 200, body };
};

const repositoryItself: Route = ({ contract, state, releases }) => {
  const {
    source: _,
    parent: __,
    ...example
  } = contract.example<Record<string, unknown>>("full-repository-default-response");
  const { owner, name, defaultBranch } = state;
  const own = { name, full_name: `${owner}/${name}`, default_branch: defaultBranch, fork: releases.isFork };
  // GitHub's example lacks the language, which its schema requires.
  return { status: 200, body: { ...example, language: null, ...own } };
};

const listComments: Route = ({ state, issues, base }, { url }, [issue]) =>
  state.pulls.has(Number(issue)) || issues.issues.has(Number(issue))
    ? page(base(), url, state.comments.get(Number(issue)) ?? [])
    : notFound();

const listArtifacts: Route = ({ contract, artifacts, base }, { url }) => {
  const all = artifactsJson(contract, artifacts, url.searchParams.get("name"));
  const { body, ...reply } = page(base(), url, all);
  return { ...reply, body: { total_count: all.length, artifacts: body } };
};

const artifactArchive: Route = ({ artifacts, archiveAddress }, _, [id]) => {
  const artifact = artifacts.artifacts.find((each) => each.id === Number(id));
  if (!artifact) return notFound();
  if (artifact.expired) return { status: 410, body: { message: "Artifact has expired", documentation_url: DOCS } };
  return { status: 302, headers: { location: archiveAddress(artifact.id) }, raw: Buffer.alloc(0) };
};

const workflowRun: Route = ({ contract, artifacts, state }, _, [id]) => {
  const body = runJson(contract, artifacts, Number(id), `${state.owner}/${state.name}`);
  return body === undefined ? notFound() : { status: 200, body };
};

/** Compares two commits: the second is ahead if the first is one of its ancestors. */
const comparison: Route = ({ contract, state }, _, [base = "", head = ""]) => {
  if (!state.commits.has(base) || !state.commits.has(head)) return notFound();
  const history = (of: string): string[] => [of, ...(state.commits.get(of)?.parents ?? []).flatMap(history)];
  const [own, others] = [new Set(history(base)), new Set(history(head))];
  const ahead_by = [...others].filter((each) => !own.has(each)).length;
  const behind_by = [...own].filter((each) => !others.has(each)).length;
  const status = ahead_by > 0 ? (behind_by > 0 ? "diverged" : "ahead") : behind_by > 0 ? "behind" : "identical";
  const body = { ...contract.example<object>("commit-comparison"), status, ahead_by, behind_by };
  return { status: 200, body: { ...body, total_commits: ahead_by } };
};

const createSnapshot: Route = ({ dependencyGraph }, { body }) => ({
  status: 201,
  body: takeSnapshot(dependencyGraph, body),
});

const uploadSarif: Route = ({ contract, codeScanning }, { body }) => {
  const { status, id } = takeSarif(codeScanning, body ?? {});
  if (status !== 202) return { status, body: { message: "The SARIF cannot be taken", documentation_url: DOCS } };
  const { url } = contract.example<{ url: string }>("code-scanning-sarif-upload");
  return { status, body: { id, url: url.replace(/[^/]+$/, id) } };
};

const uploadedSarif: Route = ({ contract, codeScanning }, _, [id = ""]) => {
  const body = sarifStatus(contract, codeScanning, id);
  return body === undefined ? notFound() : { status: 200, body };
};

const issuesHere: Route = ({ issues, base }, { url }) => {
  const found = listIssues(issues, url.searchParams);
  return "status" in found ? found : page(base(), url, found);
};

const openIssue: Route = ({ contract, issues, author, rewriteBody }, { body = {} }): IssueReply =>
  createIssue(contract, issues, { ...body, ...(body.body !== undefined && { body: rewriteBody(body.body) }) }, author);

const updateIssue: Route = ({ issues, rewriteBody }, { body = {} }, [number]): IssueReply =>
  changeIssue(issues, Number(number), {
    ...body,
    ...(body.body !== undefined && { body: rewriteBody(body.body) }),
  });

const ROUTES: readonly (readonly [RegExp, Route])[] = [
  ...RELEASE_ROUTES,
  [/^GET \/issues\/(\d+)\/comments$/, listComments],
  [/^POST \/issues\/(\d+)\/comments$/, createComment],
  [/^(?:GET|PATCH|DELETE) \/issues\/comments\/(\d+)$/, changeComment],
  [/^GET \/issues$/, issuesHere],
  [/^POST \/issues$/, openIssue],
  [/^PATCH \/issues\/(\d+)$/, updateIssue],
  [/^GET \/labels\/([^/]+)$/, ({ contract, issues }, _, [name = ""]) => oneLabel(contract, issues, name)],
  [/^POST \/labels$/, ({ contract, issues }, { body = {} }) => createLabel(contract, issues, body)],
  [/^GET \/contents\/(.+)$/, contents],
  ...GIT_ROUTES,
  [/^GET \/commits\/([^/]+)\/pulls$/, pullsOfCommit],
  [/^GET \/pulls$/, listPulls],
  [/^GET \/pulls\/(\d+)$/, onePull],
  [/^GET \/actions\/artifacts$/, listArtifacts],
  [/^GET \/actions\/artifacts\/(\d+)\/zip$/, artifactArchive],
  [/^GET \/actions\/runs\/(\d+)$/, workflowRun],
  [/^GET \/compare\/([0-9a-f]{40})\.{3}([0-9a-f]{40})$/, comparison],
  [/^POST \/code-scanning\/sarifs$/, uploadSarif],
  [/^POST \/dependency-graph\/snapshots$/, createSnapshot],
  [/^GET \/code-scanning\/sarifs\/([^/]+)$/, uploadedSarif],
  [/^GET $/, repositoryItself],
];

/** GraphQL supports one query: the caller's account. */
export function graphql({ viewer }: Context, { body }: Call): Reply & { readonly problem?: string } {
  if (!/^\s*(query\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*$/.test(body?.query ?? ""))
    return { status: 200, body: { errors: [{ message: "not known here" }] }, problem: "graphql: another query" };
  if (viewer !== undefined) return { status: 200, body: { data: { viewer: { login: viewer } } } };
  const error = { type: "FORBIDDEN", path: ["viewer"], message: "Resource not accessible by integration" };
  return { status: 200, body: { data: null, errors: [error] } };
}

/** Answers a REST call: a path of the one repository, or 404. */
export function rest(context: Context, call: Call): Reply {
  const path = decodeURIComponent(call.url.pathname);
  const prefix = `/repos/${context.state.owner}/${context.state.name}`;
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return notFound();
  const line = `${call.method} ${path.slice(prefix.length)}`;
  for (const [pattern, handler] of ROUTES) {
    const found = pattern.exec(line);
    if (found) return handler(context, call, found.slice(1));
  }
  return notFound();
}
