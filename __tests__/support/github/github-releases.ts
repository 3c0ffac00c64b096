import { createHash } from "node:crypto";
import type { Reply } from "../network/forge-server.ts";
import { type Context, notFound, type Route } from "./github-call.ts";
import type { ReleaseState, StoredAsset, StoredRelease } from "./github-release-state.ts";

type Fields = Readonly<Record<string, unknown>>;

const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const objectOf = (tag: string) => createHash("sha1").update(tag).digest("hex");

const ok = (body: unknown, status = 200): Reply => ({ status, body });

function changed(state: ReleaseState, line: string): void {
  state.meanwhile(line);
  state.changes.push(line);
}

function paged(items: readonly unknown[], { searchParams }: URL): Reply {
  const [size, at] = [Number(searchParams.get("per_page") ?? 30), Number(searchParams.get("page") ?? 1)];
  return ok(items.slice((at - 1) * size, at * size));
}

const shownAsset =
  ({ contract }: Context) =>
  ({ id, name, state, bytes }: StoredAsset) => {
    const own = { id, name, state, size: bytes.length, digest: digestOf(bytes) };
    return { ...contract.example<Fields>("release-asset"), ...own };
  };

const shownRelease =
  (context: Context) =>
  ({ assets, ...release }: StoredRelease) => {
    const { owner, name } = context.state;
    return {
      ...context.contract.example<Fields>("release"),
      ...release,
      html_url: `https://github.com/${owner}/${name}/releases/tag/${release.tag_name}`,
      upload_url: `${context.base()}/repos/${owner}/${name}/releases/${release.id}/assets{?name,label}`,
      published_at: release.draft ? null : "2026-12-01T00:00:00Z",
      assets: [...assets.values()].map(shownAsset(context)),
    };
  };

function shownTag({ base, releases }: Context, tag: string, sha: string) {
  const type = releases.annotated.has(tag) ? "tag" : "commit";
  const object = { type, sha: type === "tag" ? objectOf(tag) : sha, url: `${base()}/x` };
  return { ref: `refs/tags/${tag}`, node_id: "x", url: `${base()}/x`, object };
}

/** A route of one release, by its id. */
const ofRelease =
  (act: (context: Context, release: StoredRelease, call: Parameters<Route>[1]) => Reply): Route =>
  (context, call, [id]) => {
    const release = context.releases.releases.find((each) => String(each.id) === id);
    return release ? act(context, release, call) : notFound();
  };

function write(context: Context, release: StoredRelease, body: Fields, status = 200): Reply {
  if (release.immutable && body.draft !== undefined) return ok({ message: "Immutable" }, 422);
  Object.assign(release, Object.fromEntries(Object.entries(body).filter(([name]) => name in release)));
  if (!release.draft) release.immutable = context.releases.immutableReleases;
  return ok(shownRelease(context)(release), status);
}

function setTag(context: Context, tag: string, sha: string, status = 200): Reply {
  const { releases, tags } = context.releases;
  if (releases.some(({ tag_name, immutable }) => tag_name === tag && immutable))
    return ok({ message: "Cannot update this protected ref." }, 422);
  tags.set(tag, sha);
  changed(context.releases, `tag ${tag} ${sha}`);
  return ok(shownTag(context, tag, sha), status);
}

const runsOfCommit: Route = ({ contract, releases }, { url }) => {
  const [example] = contract.example<{ workflow_runs: Fields[] }>("workflow-run-paginated").workflow_runs;
  const wanted = releases.runs.flatMap(({ sha, branch = "main", event = "push", status = "completed", ...run }, at) => {
    const about = { id: at + 1, run_number: at + 1, head_sha: sha, head_branch: branch, event, status };
    const conclusion = run.conclusion === undefined ? "success" : run.conclusion;
    return sha === url.searchParams.get("head_sha") ? [{ ...example, ...about, conclusion }] : [];
  });
  return ok({ total_count: wanted.length, workflow_runs: wanted });
};

const tagObject: Route = ({ base, contract, releases: { annotated, tags } }, _, [object]) => {
  const tag = [...annotated].find((name) => objectOf(name) === object);
  if (tag === undefined) return notFound();
  const named = { type: "commit", sha: tags.get(tag) ?? "", url: `${base()}/x` };
  return ok({ ...contract.example<Fields>("git-tag"), tag, sha: object, object: named });
};

const createRelease: Route = (context, { body = {} }) => {
  const draft = (body as Fields).draft === true;
  const release = context.releases.addRelease(String(body.tag_name), { draft });
  changed(context.releases, `draft ${release.tag_name}`);
  return write(context, release, body, 201);
};

const changeRelease = ofRelease((context, release, { body = {} }) => {
  changed(context.releases, `${(body as Fields).draft === false ? "publish" : "write"} ${release.tag_name}`);
  return write(context, release, body);
});

const deleteRelease = ofRelease(({ releases }, release) => {
  changed(releases, `delete ${release.tag_name}`);
  releases.releases.splice(releases.releases.indexOf(release), 1);
  return { status: 204 };
});

const uploadAsset = ofRelease((context, release, { url, bytes }) => {
  const name = url.searchParams.get("name") ?? "";
  const isTaken = [...release.assets.values()].some((each) => each.name === name);
  if (isTaken || release.immutable) return ok({ message: "Validation Failed" }, 422);
  changed(context.releases, `upload ${name}`);
  return ok(shownAsset(context)(context.releases.addAsset(release, name, bytes)), 201);
});

const deleteAsset: Route = ({ releases }, _, [id]) => {
  for (const { assets } of releases.releases) {
    const asset = assets.get(Number(id));
    if (!asset) continue;
    changed(releases, `delete ${asset.name}`);
    assets.delete(asset.id);
  }
  return { status: 204 };
};

const environment: Route = ({ contract, releases }, _, [name = ""]) => {
  const found = releases.environments.get(name);
  const unknown = { ...notFound(), undocumented: true };
  return found ? ok({ ...contract.example<Fields>("environment"), name, ...found }) : unknown;
};

const branchPolicies: Route = ({ releases }, _, [name = ""]) => {
  const policies = (releases.policies.get(name) ?? []).map((each, at) => ({ id: at + 1, node_id: "x", ...each }));
  return ok({ total_count: policies.length, branch_policies: policies });
};

const dependabot: Route = ({ contract, releases }) => {
  const content = Buffer.from(releases.dependabot).toString("base64");
  return ok({ ...contract.example<Fields>("content-file-response-if-content-is-a-file"), content });
};

/** Releases, their tags, and the settings that a release needs. */
export const RELEASE_ROUTES: readonly (readonly [RegExp, Route])[] = [
  [
    /^GET \/compare\/main\.{3}(\w+)$/,
    ({ contract, releases }, _, [sha = ""]) => {
      const status = releases.main.has(sha) ? "behind" : "diverged";
      return ok({ ...contract.example<Fields>("commit-comparison"), status });
    },
  ],
  [/^GET \/actions\/workflows\/ci\.yml\/runs$/, runsOfCommit],
  [
    /^GET \/git\/ref\/tags\/(.+)$/,
    (context, _, [tag = ""]) => {
      const sha = context.releases.tags.get(tag);
      return sha === undefined ? notFound() : ok(shownTag(context, tag, sha));
    },
  ],
  [/^GET \/git\/tags\/(\w+)$/, tagObject],
  [/^POST \/git\/refs$/, (context, { body }) => setTag(context, String(body?.ref).slice(10), String(body?.sha), 201)],
  [/^PATCH \/git\/refs\/tags\/(.+)$/, (context, { body }, [tag = ""]) => setTag(context, tag, String(body?.sha))],
  [/^GET \/releases$/, (context, { url }) => paged(context.releases.releases.map(shownRelease(context)), url)],
  [
    /^GET \/releases\/tags\/(.+)$/,
    (context, _, [tag]) => {
      const found = context.releases.releases.find(({ tag_name, draft }) => tag_name === tag && !draft);
      return found ? ok(shownRelease(context)(found)) : notFound();
    },
  ],
  [/^POST \/releases$/, createRelease],
  [/^PATCH \/releases\/(\d+)$/, changeRelease],
  [/^DELETE \/releases\/(\d+)$/, deleteRelease],
  [
    /^GET \/releases\/(\d+)\/assets$/,
    ofRelease((context, { assets }, { url }) => paged([...assets.values()].map(shownAsset(context)), url)),
  ],
  [/^POST \/releases\/(\d+)\/assets$/, uploadAsset],
  [/^DELETE \/releases\/assets\/(\d+)$/, deleteAsset],
  [
    /^GET \/rulesets$/,
    ({ releases }) => ok(releases.rulesets.map(({ rules, conditions, bypass_actors, ...listed }) => listed)),
  ],
  [/^GET \/rulesets\/(\d+)$/, ({ releases }, _, [id]) => ok(releases.rulesets.find((each) => String(each.id) === id))],
  [/^GET \/environments\/(\w+)$/, environment],
  [/^GET \/environments\/(\w+)\/deployment-branch-policies$/, branchPolicies],
  [
    /^GET \/immutable-releases$/,
    ({ releases }) => (releases.immutableReleases ? ok({ enabled: true, enforced_by_owner: false }) : notFound()),
  ],
  [/^GET \/actions\/permissions$/, ({ releases }) => ok({ enabled: true, sha_pinning_required: releases.shaPinning })],
  [/^GET \/private-vulnerability-reporting$/, ({ releases }) => ok({ enabled: releases.privateReports })],
  [/^GET \/contents\/\.github\/dependabot\.yml$/, dependabot],
];
