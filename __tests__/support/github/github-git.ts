import { type Context, notFound, type Route } from "./github-call.ts";
import { shaOf } from "./github-state.ts";

const refJson = ({ contract }: Context, ref: string, sha: string): object => {
  const example = contract.example<{ object: object }>("git-ref");
  return { ...example, ref, object: { ...example.object, sha, type: "commit" } };
};

const reference: Route = (context, _, [ref = ""]) => {
  const sha = /^heads\//.test(ref) ? context.state.branches.get(ref.slice(6)) : undefined;
  return sha === undefined ? notFound() : { status: 200, body: refJson(context, `refs/${ref}`, sha) };
};

const commitObject: Route = ({ contract, state }, _, [sha = ""]) => {
  const commit = state.commits.get(sha);
  if (commit === undefined) return notFound();
  const example = contract.example<{ parents: object[]; tree: object }>("git-commit");
  const parents = commit.parents.map((parent) => ({ ...example.parents[0], sha: parent }));
  return { status: 200, body: { ...example, sha, parents, tree: { ...example.tree, sha: shaOf(`tree ${sha}`) } } };
};

export const GIT_ROUTES: readonly (readonly [RegExp, Route])[] = [
  [/^GET \/git\/ref\/(.+)$/, reference],
  [/^GET \/git\/commits\/([^/]+)$/, commitObject],
];
