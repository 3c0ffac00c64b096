import type { Reply } from "../network/forge-server.ts";
import {
  addNote,
  type Commit,
  type GitLabState,
  type Job,
  type MergeRequest,
  type StoredIssue,
  type StoredNote,
  type User,
} from "./gitlab-state.ts";

/** The caller, and the rights of its token. */
export interface Caller {
  readonly user: User;
  readonly role: "guest" | "reporter" | "developer" | "maintainer";
  readonly isJobToken: boolean;
}

export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
}

export interface Context {
  readonly state: GitLabState;
  /** The address of the server's root, with its relative URL. */
  readonly root: () => string;
  readonly projectPath: string;
}

/** GitLab's own limit (`Noteable::MAX_NOTES_LIMIT`). */
const MOST_NOTES = 5000;

const error = (status: number, message: unknown): Reply => ({ status, body: { message } });
const notFound = (what = "404 Not found"): Reply => error(404, what);
const forbidden = error(403, "403 Forbidden");

/** GitLab's pages have 20 items by default and at most 100. Items that the reader cannot see are then removed. */
function page({ root, state }: Context, { url }: Call, items: readonly object[], isShown = (_: never) => true): Reply {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? 20), 100);
  const at = Number(url.searchParams.get("page") ?? 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (to: number, rel: string) => {
    const target = new URL(`${root()}${url.pathname.slice(url.pathname.indexOf("/api/v4"))}${url.search}`);
    target.searchParams.set("page", String(to));
    return `<${target}>; rel="${rel}"`;
  };
  const links = [...(at < last ? [link(at + 1, "next")] : []), link(1, "first"), link(last, "last")];
  const shown = items.slice((at - 1) * size, at * size).filter((item) => isShown(item as never));
  const next = at < last ? String(at + 1) : "";
  return {
    status: 200,
    body: shown,
    headers: { ...(!state.leavesOutLinks && { link: links.join(", ") }), "x-next-page": next },
  };
}

const noteBody = ({ hidden: _, ...note }: StoredNote) => note;

const mergeRequest = ({ root, projectPath }: Context, { notes: _, ...found }: MergeRequest) => ({
  ...found,
  project_id: 42,
  web_url: `${root()}/${projectPath}/-/merge_requests/${found.iid}`,
});

/** GitLab answers `null` if there is no due date, which its description does not mention. */
const issueBody = ({ root, projectPath }: Context, { notes: _, due_date: due, ...issue }: StoredIssue) => ({
  ...issue,
  ...(due !== null && { due_date: due }),
  web_url: `${root()}/${projectPath}/-/issues/${issue.iid}`,
});

type Route = (context: Context, call: Call, parts: readonly string[]) => Reply;

function inMergeRequest(act: (context: Context, call: Call, found: MergeRequest, id: string) => Reply): Route {
  return (context, call, [iid = "", id = ""]) => {
    const found = context.state.mergeRequests.get(Number(iid));
    if (found === undefined) return notFound();
    return call.method !== "GET" && call.caller.isJobToken
      ? error(401, "401 Unauthorized")
      : act(context, call, found, id);
  };
}

function refusedNote({ body, caller }: Call, { notes }: MergeRequest): Reply | undefined {
  if (caller.role === "guest") return forbidden;
  if (notes.length >= MOST_NOTES) return error(400, { base: ["Maximum number of comments exceeded"] });
  if (String(body.body ?? "").trim() === "") return error(400, { body: ["can't be blank"] });
  return String(body.body).length > 1_000_000
    ? error(400, { note: ["is too long (maximum is 1000000 characters)"] })
    : undefined;
}

const postNote = inMergeRequest(({ state }, call, found) => {
  const refused = refusedNote(call, found);
  if (refused) return refused;
  return {
    status: 201,
    body: noteBody(addNote(state, found, { body: String(call.body.body), author: call.caller.user })),
  };
});

const putNote = inMergeRequest((_, { body, caller }, { notes }, id) => {
  const note = notes.find((each) => each.id === Number(id));
  if (note === undefined) return notFound();
  if (note.author.id !== caller.user.id && caller.role !== "maintainer") return forbidden;
  note.body = String(body.body);
  return { status: 200, body: noteBody(note) };
});

const deleteNote = inMergeRequest((_, { caller }, { notes }, id) => {
  const at = notes.findIndex((each) => each.id === Number(id));
  if (at === -1) return notFound();
  if (notes[at]?.author.id !== caller.user.id) return forbidden;
  notes.splice(at, 1);
  return { status: 204 };
});

const getNotes = inMergeRequest((context, call, { notes }) => {
  const sorted = call.url.searchParams.get("sort") === "asc" ? notes : [...notes].reverse();
  const shown = sorted.map((note) => ({ ...noteBody(note), hidden: note.hidden }));
  const reply = page(context, call, shown, ({ hidden }: { hidden?: boolean }) => hidden !== true);
  return { ...reply, body: (reply.body as { hidden?: boolean }[]).map(({ hidden: _, ...note }) => note) };
});

function commitAt({ commits, branches }: GitLabState, ref: string): [string, Commit] | undefined {
  const sha = commits.has(ref) ? ref : branches.get(ref.replace(/^refs\/heads\//, ""));
  const found = sha === undefined ? undefined : commits.get(sha);
  return sha === undefined || found === undefined ? undefined : [sha, found];
}

const getCommit: Route = ({ state }, _, [ref = ""]) => {
  const found = commitAt(state, ref);
  return found === undefined
    ? notFound("404 Commit Not Found")
    : { status: 200, body: { id: found[0], parent_ids: found[1].parents, message: found[1].message } };
};

const getBranch: Route = ({ state }, { caller }, [name = ""]) => {
  // The contract marks the few operations that take a job's own token by `x-job-token`.
  if (caller.isJobToken) return error(401, "401 Unauthorized");
  const sha = state.branches.get(name);
  return sha === undefined
    ? notFound("404 Branch Not Found")
    : { status: 200, body: { name, commit: { id: sha }, protected: name === "main" } };
};

const getFile: Route = ({ state }, { url }, [path = ""]) => {
  const found = commitAt(state, url.searchParams.get("ref") ?? "HEAD");
  if (found === undefined) return notFound("404 Commit Not Found");
  const bytes = found[1].files.get(path);
  return bytes === undefined
    ? notFound("404 File Not Found")
    : { status: 200, raw: bytes, headers: { "x-gitlab-size": String(bytes.length), "x-gitlab-commit-id": found[0] } };
};

const getPipelines: Route = (context, call) => {
  // The route takes no job token (lib/api/ci/pipelines.rb).
  if (call.caller.isJobToken) return error(401, "401 Unauthorized");
  const wanted = (name: string) => call.url.searchParams.get(name);
  const found = context.state.pipelines.filter(
    ({ ref, status, source }) =>
      (wanted("ref") ?? ref) === ref &&
      (wanted("status") ?? status) === status &&
      (wanted("source") ?? source) === source &&
      // Child pipelines are listed only if they are asked for (docs.gitlab.com/api/pipelines).
      (source !== "parent_pipeline" || wanted("source") === source),
  );
  const listed = found
    .sort((a, b) => b.id - a.id)
    .map(({ jobs: _, ...each }) => ({
      ...each,
      web_url: `${context.root()}/${context.projectPath}/-/pipelines/${each.id}`,
    }));
  return page(context, call, listed);
};

const getJobs: Route = (context, call, [id = ""]) => {
  const found = context.state.pipelines.find((each) => each.id === Number(id));
  if (found === undefined) return notFound();
  const jobs = found.jobs.map(({ artifacts, tag = false, ...job }) => ({
    ...job,
    created_at: "2026-11-28T05:00:00.000Z",
    finished_at: "2026-11-28T05:01:00.000Z",
    web_url: `${context.root()}/${context.projectPath}/-/jobs/${job.id}`,
    commit: { id: found.sha },
    ref: found.ref,
    tag,
    ...(artifacts && { artifacts_file: { filename: "artifacts.zip", size: 1000 } }),
  }));
  return page(context, call, jobs);
};

function artifact(artifacts: Job["artifacts"], path: string): Reply {
  const text = artifacts?.[path];
  return text === undefined ? notFound() : { status: 200, raw: Buffer.from(text) };
}

const getArtifact: Route = ({ state }, _, [id = "", path = ""]) =>
  artifact(state.pipelines.flatMap(({ jobs }) => jobs).find((job) => job.id === Number(id))?.artifacts, path);

/** The newest successful pipeline of a branch or tag, and its job of that name. */
const getArtifactOfRef: Route = ({ state }, { url }, [ref = "", path = ""]) => {
  const newest = state.pipelines
    .filter((each) => each.ref === ref && each.status === "success")
    .sort((a, b) => b.id - a.id)[0];
  return artifact(newest?.jobs.find(({ name }) => name === url.searchParams.get("job"))?.artifacts, path);
};

const getIssues: Route = (context, call) => {
  const labels = (call.url.searchParams.get("labels") ?? "").split(",").filter((label) => label !== "");
  const state = call.url.searchParams.get("state") ?? "all";
  const found = context.state.issues.filter(
    (issue) => labels.every((label) => issue.labels.includes(label)) && (state === "all" || issue.state === state),
  );
  const sorted = call.url.searchParams.get("sort") === "asc" ? found : [...found].reverse();
  return page(
    context,
    call,
    sorted.map((issue) => issueBody(context, issue)),
  );
};

const labelsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : String(value ?? "").split(",")).filter(Boolean);

const postIssue: Route = (context, { body, caller }) => {
  if (caller.isJobToken) return error(401, "401 Unauthorized");
  if (caller.role === "guest") return forbidden;
  const { state } = context;
  if (String(body.description ?? "").length > 1_048_576)
    return error(400, { description: ["is too long (maximum is 1048576 characters)"] });
  const issue: StoredIssue = {
    iid: state.issues.length + 1,
    title: String(body.title),
    description: String(body.description ?? ""),
    state: "opened",
    labels: labelsOf(body.labels),
    confidential: body.confidential === true,
    due_date: (body.due_date as string | undefined) ?? null,
    assignees: state.users.filter(({ id }) => (body.assignee_ids as number[] | undefined)?.[0] === id),
    author: caller.user,
    notes: [],
  };
  state.issues.push(issue);
  return { status: 201, body: issueBody(context, issue) };
};

const putIssue: Route = (context, { body, caller }, [iid = ""]) => {
  if (caller.isJobToken) return error(401, "401 Unauthorized");
  const issue = context.state.issues.find((each) => each.iid === Number(iid));
  if (issue === undefined) return notFound();
  if (body.title !== undefined) issue.title = String(body.title);
  if (body.description !== undefined) issue.description = String(body.description);
  if (body.state_event === "close") issue.state = "closed";
  if (body.state_event === "reopen") issue.state = "opened";
  if (body.due_date !== undefined) issue.due_date = String(body.due_date);
  return { status: 200, body: issueBody(context, issue) };
};

const postIssueNote: Route = ({ state }, { body, caller }, [iid = ""]) => {
  if (caller.isJobToken) return error(401, "401 Unauthorized");
  const issue = state.issues.find((each) => each.iid === Number(iid));
  if (issue === undefined) return notFound();
  issue.notes.push(String(body.body));
  return { status: 201, body: { id: state.nextId++, body: body.body, author: caller.user } };
};

const ROUTES: readonly (readonly [string, RegExp, Route])[] = [
  [
    "GET",
    /^$/,
    ({ state, projectPath }, { caller }) =>
      caller.isJobToken
        ? error(401, "401 Unauthorized")
        : {
            status: 200,
            body: { id: 42, path_with_namespace: projectPath, default_branch: "main", visibility: state.visibility },
          },
  ],
  [
    "GET",
    /^\/merge_requests\/(\d+)$/,
    inMergeRequest((context, _, found) => ({ status: 200, body: mergeRequest(context, found) })),
  ],
  ["GET", /^\/merge_requests\/(\d+)\/notes$/, getNotes],
  ["POST", /^\/merge_requests\/(\d+)\/notes$/, postNote],
  ["PUT", /^\/merge_requests\/(\d+)\/notes\/(\d+)$/, putNote],
  ["DELETE", /^\/merge_requests\/(\d+)\/notes\/(\d+)$/, deleteNote],
  ["GET", /^\/issues$/, getIssues],
  ["POST", /^\/issues$/, postIssue],
  ["PUT", /^\/issues\/(\d+)$/, putIssue],
  ["POST", /^\/issues\/(\d+)\/notes$/, postIssueNote],
  ["GET", /^\/pipelines$/, getPipelines],
  ["GET", /^\/pipelines\/(\d+)\/jobs$/, getJobs],
  ["GET", /^\/jobs\/(\d+)\/artifacts\/(.+)$/, getArtifact],
  ["GET", /^\/jobs\/artifacts\/([^/]+)\/raw\/(.+)$/, getArtifactOfRef],
  ["GET", /^\/repository\/branches\/([^/]+)$/, getBranch],
  ["GET", /^\/repository\/commits\/([^/]+)$/, getCommit],
  ["GET", /^\/repository\/files\/([^/]+)\/raw$/, getFile],
];

/** Answers a request below `/api/v4`. */
export function answerApi(context: Context, path: string, call: Call): Reply {
  if (path === "/user")
    return call.caller.isJobToken ? error(401, "401 Unauthorized") : { status: 200, body: call.caller.user };
  if (path === "/users") {
    const name = call.url.searchParams.get("username")?.toLowerCase();
    return { status: 200, body: context.state.users.filter(({ username }) => username.toLowerCase() === name) };
  }
  const [, id = "", rest = ""] = /^\/projects\/([^/]+)(.*)$/.exec(path) ?? [];
  // A fork has the commits of its parent.
  const isInFork = id === "77" && /^\/repository\/(?:commits\/[0-9a-f]{40}|files\/.*)$/.test(rest);
  if (id !== "42" && !isInFork && decodeURIComponent(id) !== context.projectPath)
    return notFound("404 Project Not Found");
  for (const [method, pattern, route] of ROUTES) {
    const found = method === call.method ? pattern.exec(rest) : null;
    if (found) return route(context, call, found.slice(1).map(decodeURIComponent));
  }
  return notFound();
}
