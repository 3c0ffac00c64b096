import { type Call, type Context, DOCS, notFound, type Reply, type Route } from "./github-call.ts";
import { addBlob, addTree } from "./github-git-objects.ts";
import { type GitHubState, type RepositoryFile, shaOf } from "./github-state.ts";

function refuse(status: number, message: string): Reply {
  return { status, body: { message, documentation_url: DOCS, status: String(status) } };
}

/** A 422 as the description has it. */
function unprocessable(message: string): Reply {
  return { status: 422, body: { message, documentation_url: DOCS, errors: [] } };
}

const refJson = ({ contract }: Context, ref: string, sha: string): object => {
  const example = contract.example<{ object: object }>("git-ref");
  return { ...example, ref, object: { ...example.object, sha, type: "commit" } };
};

/** Whatever creates something in a repository that has no commit, or that is archived. */
function shut({ git }: Context): Reply | undefined {
  if (git.isEmpty) return refuse(409, "Git Repository is empty.");
  return git.isArchived
    ? { ...refuse(403, "Repository was archived so is read-only."), undocumented: true }
    : undefined;
}

const reference: Route = (context, _, [ref = ""]) => {
  if (context.git.isEmpty) return refuse(409, "Git Repository is empty.");
  const sha = /^heads\//.test(ref) ? context.state.branches.get(ref.slice(6)) : undefined;
  return sha === undefined ? notFound() : { status: 200, body: refJson(context, `refs/${ref}`, sha) };
};

const commitJson = ({ contract, state, git }: Context, sha: string): object => {
  const commit = state.commits.get(sha) ?? { parents: [], files: new Map() };
  const example = contract.example<{ parents: object[]; tree: object }>("git-commit");
  const parents = commit.parents.map((parent) => ({ ...example.parents[0], sha: parent }));
  return { ...example, sha, parents, tree: { ...example.tree, sha: addTree(git, commit.files) } };
};

const commitObject: Route = (context, _, [sha = ""]) =>
  context.state.commits.has(sha) ? { status: 200, body: commitJson(context, sha) } : notFound();

const bodyOf = <T>({ body }: Call): T => (body ?? {}) as unknown as T;

const createBlob: Route = (context, call) => {
  const refused = shut(context);
  if (refused) return refused;
  const { content, encoding = "utf-8" } = bodyOf<{ content: string; encoding?: "utf-8" | "base64" }>(call);
  const sha = addBlob(context.git, Buffer.from(content, encoding));
  return { status: 201, body: { ...context.contract.example<object>("short-blob"), sha } };
};

interface Entry {
  readonly path: string;
  readonly sha?: string | null;
  readonly content?: string;
}

const createTree: Route = (context, call) => {
  const refused = shut(context);
  if (refused) return refused;
  const { git } = context;
  const { tree, base_tree: base } = bodyOf<{ tree: readonly Entry[]; base_tree?: string }>(call);
  if (JSON.stringify(call.body).length > git.mostTreeBytes)
    return { ...refuse(502, "Server Error"), undocumented: true };
  const files = base === undefined ? new Map<string, RepositoryFile>() : new Map(git.trees.get(base));
  if (base !== undefined && !git.trees.has(base)) return unprocessable("base_tree is not a valid tree oid");
  for (const { path, sha, content } of tree) {
    const blob = typeof sha === "string" ? git.blobs.get(sha) : undefined;
    if (sha === null ? !files.has(path) : sha !== undefined && blob === undefined)
      return unprocessable("GitRPC::BadObjectState");
    if (sha === null) files.delete(path);
    else files.set(path, blob ?? content ?? "");
  }
  return { status: 201, body: treeJson(context, addTree(git, files)) };
};

/** The top of a tree. */
function treeJson({ contract, git }: Context, sha: string): object {
  const example = contract.example<{ tree: object[] }>("git-tree");
  const names = new Map(
    [...(git.trees.get(sha) ?? [])].map(([path]) => [path.split("/")[0] ?? "", path.includes("/")]),
  );
  const tree = [...names].map(([path, isFolder]) => ({
    ...example.tree[0],
    path,
    ...(isFolder && { type: "tree", mode: "040000" }),
  }));
  return { ...example, sha, tree, truncated: false };
}

const treeObject: Route = (context, _, [sha = ""]) => {
  const { git, state } = context;
  const commit = state.commits.get(sha);
  const tree = commit ? addTree(git, commit.files) : sha;
  return git.trees.has(tree) ? { status: 200, body: treeJson(context, tree) } : notFound();
};

const createCommit: Route = (context, call) => {
  const refused = shut(context);
  if (refused) return refused;
  const { git, state } = context;
  const { message, tree, parents = [] } = bodyOf<{ message: string; tree: string; parents?: readonly string[] }>(call);
  const files = git.trees.get(tree);
  if (!files) return unprocessable("Tree SHA does not exist");
  if (parents.some((parent) => !state.commits.has(parent))) return unprocessable("Parent SHA does not exist");
  const sha = shaOf(`commit ${message} ${tree} ${parents.join(" ")} ${state.commits.size}`);
  state.commits.set(sha, { parents, files: new Map(files) });
  return { status: 201, body: commitJson(context, sha) };
};

function isAncestor(state: GitHubState, of: string, sha: string): boolean {
  return of === sha || (state.commits.get(sha)?.parents ?? []).some((parent) => isAncestor(state, of, parent));
}

const RULE = "Repository rule violations found\n\nCannot update this protected ref.\n\n";

const createRef: Route = (context, call) => {
  const refused = shut(context);
  if (refused) return refused;
  const { git, state } = context;
  const { ref, sha } = bodyOf<{ ref: string; sha: string }>(call);
  const branch = ref.replace(/^refs\/heads\//, "");
  if (state.branches.has(branch)) return unprocessable("Reference already exists");
  if (!state.commits.has(sha)) return unprocessable("Object does not exist");
  if (git.protectedBranches.has(branch)) return unprocessable("Reference update failed");
  state.branches.set(branch, sha);
  return { status: 201, body: refJson(context, ref, sha) };
};

const updateRef: Route = (context, call, [ref = ""]) => {
  const refused = shut(context);
  if (refused) return refused;
  const { git, state } = context;
  const { sha, force = false } = bodyOf<{ sha: string; force?: boolean }>(call);
  const branch = ref.replace(/^heads\//, "");
  const now = state.branches.get(branch);
  if (now === undefined) return unprocessable("Reference does not exist");
  if (git.protectedBranches.has(branch)) return unprocessable(RULE);
  if (!force && !isAncestor(state, now, sha)) return unprocessable("Update is not a fast forward");
  state.branches.set(branch, sha);
  return { status: 200, body: refJson(context, `refs/${ref}`, sha) };
};

const tarball: Route = ({ state, tarballAddress }, _, [sha = ""]) =>
  state.commits.has(sha)
    ? { status: 302, headers: { location: tarballAddress(sha) }, raw: Buffer.alloc(0) }
    : { ...notFound(), undocumented: true };

export const GIT_ROUTES: readonly (readonly [RegExp, Route])[] = [
  [/^GET \/git\/ref\/(.+)$/, reference],
  [/^GET \/git\/commits\/([^/]+)$/, commitObject],
  [/^POST \/git\/commits$/, createCommit],
  [/^POST \/git\/blobs$/, createBlob],
  [/^GET \/git\/trees\/([^/]+)$/, treeObject],
  [/^POST \/git\/trees$/, createTree],
  [/^POST \/git\/refs$/, createRef],
  [/^PATCH \/git\/refs\/(.+)$/, updateRef],
  [/^GET \/tarball\/([^/]+)$/, tarball],
];
