import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { loadContract } from "./github-contract.ts";
import { answer, bodyOf, type Fault, faultPlan, listen } from "./http.ts";
import { FAKE_TOKEN } from "./runner.ts";

type Fields = Readonly<Record<string, unknown>>;

interface StoredRelease {
  readonly id: number;
  tag_name: string;
  name: string;
  body: string;
  draft: boolean;
  immutable: boolean;
  prerelease: boolean;
  readonly assets: Map<number, StoredAsset>;
}

interface StoredAsset {
  readonly id: number;
  readonly name: string;
  readonly state: "uploaded" | "open";
  readonly bytes: Buffer;
}

/** A run of the workflow `ci.yml`. By default it is a success on main. */
export interface CiRun {
  readonly sha: string;
  readonly branch?: string;
  readonly event?: string;
  readonly status?: string;
  readonly conclusion?: string | null;
}

/** The state of the fake. A test may change all of it. */
export interface ReleaseState {
  isFork: boolean;
  /** Commits of main. */
  readonly main: Set<string>;
  /** Tags with their commits. */
  readonly tags: Map<string, string>;
  /** The annotated ones of these tags, which are separate objects. */
  readonly annotated: Set<string>;
  readonly releases: StoredRelease[];
  readonly runs: CiRun[];
  immutableReleases: boolean;
  readonly rulesets: Fields[];
  readonly environments: Map<string, Fields>;
  /** Patterns of branches and tags that may use an environment, by its name; absent: no pattern. */
  readonly policies: Map<string, readonly Fields[]>;
  shaPinning: boolean;
  privateReports: boolean;
  dependabot: string;
  /** An action of another person just before a change. It gets the line of that change. */
  meanwhile: (change: string) => void;
}

/** GitHub's API for releases, tags and settings of one repository, checked against GitHub's own description. */
export interface FakeReleases extends AsyncDisposable {
  readonly url: string;
  readonly state: ReleaseState;
  /** The changes, one line each: `POST /releases v1.2.3`, `upload SHA256SUMS`, … */
  readonly changes: string[];
  /** Differences from GitHub's documentation; a test expects none. */
  readonly problems: string[];
  /** Adds a release with these assets; it is published and immutable unless it is a draft. */
  addRelease(tag: string, options?: { draft?: boolean; assets?: Readonly<Record<string, string>> }): StoredRelease;
  /** Names and texts of a release's assets. */
  assetsOf(tag: string): Record<string, string>;
  fault(match: RegExp, fault: Fault): void;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** This is GitHub's answer, although its description leaves it out. */
  readonly undocumented?: boolean;
}

const notFound: Reply = { status: 404, body: { message: "Not Found", documentation_url: "https://docs.github.com" } };
const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const objectOf = (tag: string) => createHash("sha1").update(tag).digest("hex");

/** A repository without releases, with default settings. */
function emptyState(): ReleaseState {
  return {
    isFork: false,
    main: new Set(),
    tags: new Map(),
    annotated: new Set(),
    releases: [],
    runs: [],
    immutableReleases: true,
    rulesets: [],
    environments: new Map(),
    policies: new Map(),
    shaPinning: false,
    privateReports: false,
    dependabot: "",
    meanwhile: () => {},
  };
}

/** Starts one for `repository`. */
export async function startFakeReleases(repository = "acme/image-gate"): Promise<FakeReleases> {
  const contract = loadContract();
  const state = emptyState();
  const faults = faultPlan<Fault>();
  const [changes, problems]: [string[], string[]] = [[], []];
  let url = "";
  let nextId = 100;

  const changed = (line: string) => {
    state.meanwhile(line);
    changes.push(line);
  };
  const shownAsset = ({ id, name, state: stage, bytes }: StoredAsset) => {
    const example = contract.example<Fields>("release-asset");
    return { ...example, id, name, state: stage, size: bytes.length, digest: digestOf(bytes) };
  };
  const shown = ({ assets, ...release }: StoredRelease) => ({
    ...contract.example<Fields>("release"),
    ...release,
    html_url: `https://github.com/${repository}/releases/tag/${release.tag_name}`,
    upload_url: `${url}/repos/${repository}/releases/${release.id}/assets{?name,label}`,
    published_at: release.draft ? null : "2026-12-01T00:00:00Z",
    assets: [...assets.values()].map(shownAsset),
  });
  const releaseOf = (id = "") => state.releases.find((release) => String(release.id) === id);
  const shownTag = (tag: string, sha: string) => {
    const type = state.annotated.has(tag) ? "tag" : "commit";
    const object = { type, sha: type === "tag" ? objectOf(tag) : sha, url: `${url}/x` };
    return { ref: `refs/tags/${tag}`, node_id: "x", url: `${url}/x`, object };
  };
  const shownRun = ({ sha, branch = "main", event = "push", status = "completed", ...run }: CiRun, at: number) => ({
    ...contract.example<{ workflow_runs: Fields[] }>("workflow-run-paginated").workflow_runs[0],
    ...{ id: at + 1, run_number: at + 1, head_sha: sha, head_branch: branch, event, status },
    conclusion: run.conclusion === undefined ? "success" : run.conclusion,
  });

  type Route = (parts: readonly string[], body: Fields, bytes: Buffer, query: URLSearchParams) => Reply;
  const ok = (body: unknown, status = 200): Reply => ({ status, body });
  const paged = (items: readonly unknown[], query: URLSearchParams) => {
    const [size, at] = [Number(query.get("per_page") ?? 30), Number(query.get("page") ?? 1)];
    return ok(items.slice((at - 1) * size, at * size));
  };
  const write = (release: StoredRelease, body: Fields): Reply => {
    if (release.immutable && body.draft !== undefined) return ok({ message: "Immutable" }, 422);
    Object.assign(release, Object.fromEntries(Object.entries(body).filter(([name]) => name in release)));
    if (!release.draft) release.immutable = state.immutableReleases;
    return ok(shown(release));
  };
  const setTag = (tag: string, sha: unknown): Reply => {
    if (state.releases.some(({ tag_name, immutable }) => tag_name === tag && immutable))
      return ok({ message: "Cannot update this protected ref." }, 422);
    state.tags.set(tag, String(sha));
    changed(`tag ${tag} ${String(sha)}`);
    return ok(shownTag(tag, String(sha)));
  };

  const ROUTES: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
    [
      "GET",
      /^$/,
      () => {
        const { source: _, ...example } = contract.example<Fields>("full-repository-default-response");
        return ok({ ...example, language: "TypeScript", fork: state.isFork, default_branch: "main" });
      },
    ],
    [
      "GET",
      /^\/compare\/main\.\.\.(\w+)$/,
      ([sha = ""]) =>
        ok({ ...contract.example<Fields>("commit-comparison"), status: state.main.has(sha) ? "behind" : "diverged" }),
    ],
    [
      "GET",
      /^\/actions\/workflows\/ci\.yml\/runs$/,
      (_, __, ___, query) => {
        const wanted = state.runs.map(shownRun).filter((run) => run.head_sha === query.get("head_sha"));
        return ok({ total_count: wanted.length, workflow_runs: wanted });
      },
    ],
    [
      "GET",
      /^\/git\/ref\/tags\/(.+)$/,
      ([tag = ""]) => {
        const sha = state.tags.get(tag);
        return sha === undefined ? notFound : ok(shownTag(tag, sha));
      },
    ],
    [
      "GET",
      /^\/git\/tags\/(\w+)$/,
      ([object = ""]) => {
        const tag = [...state.annotated].find((name) => objectOf(name) === object);
        if (tag === undefined) return notFound;
        const named = { type: "commit", sha: state.tags.get(tag) ?? "", url: `${url}/x` };
        return ok({ ...contract.example<Fields>("git-tag"), tag, sha: object, object: named });
      },
    ],
    ["POST", /^\/git\/refs$/, (_, body) => ({ ...setTag(String(body.ref).slice(10), body.sha), status: 201 })],
    ["PATCH", /^\/git\/refs\/tags\/(.+)$/, ([tag = ""], body) => setTag(tag, body.sha)],
    ["GET", /^\/releases$/, (_, __, ___, query) => paged(state.releases.map(shown), query)],
    [
      "GET",
      /^\/releases\/tags\/(.+)$/,
      ([tag]) => {
        const found = state.releases.find(({ tag_name, draft }) => tag_name === tag && !draft);
        return found ? ok(shown(found)) : notFound;
      },
    ],
    [
      "POST",
      /^\/releases$/,
      (_, body) => {
        const release = addRelease(String(body.tag_name), { draft: body.draft === true });
        changed(`draft ${release.tag_name}`);
        return { ...write(release, body), status: 201 };
      },
    ],
    [
      "PATCH",
      /^\/releases\/(\d+)$/,
      ([id], body) => {
        const release = releaseOf(id);
        if (!release) return notFound;
        changed(`${body.draft === false ? "publish" : "write"} ${release.tag_name}`);
        return write(release, body);
      },
    ],
    [
      "DELETE",
      /^\/releases\/(\d+)$/,
      ([id]) => {
        const at = state.releases.findIndex((release) => String(release.id) === id);
        if (at < 0) return notFound;
        changed(`delete ${state.releases[at]?.tag_name}`);
        state.releases.splice(at, 1);
        return { status: 204 };
      },
    ],
    [
      "GET",
      /^\/releases\/(\d+)\/assets$/,
      ([id], _, __, query) => paged([...(releaseOf(id)?.assets.values() ?? [])].map(shownAsset), query),
    ],
    [
      "POST",
      /^\/releases\/(\d+)\/assets$/,
      ([id], _, bytes, query) => {
        const release = releaseOf(id);
        const name = query.get("name") ?? "";
        const taken = [...(release?.assets.values() ?? [])].some((each) => each.name === name);
        if (!release || taken || release.immutable) return ok({ message: "Validation Failed" }, 422);
        changed(`upload ${name}`);
        return ok(shownAsset(addAsset(release, name, bytes)), 201);
      },
    ],
    [
      "DELETE",
      /^\/releases\/assets\/(\d+)$/,
      ([id]) => {
        for (const { assets } of state.releases) {
          const asset = assets.get(Number(id));
          if (!asset) continue;
          changed(`delete ${asset.name}`);
          assets.delete(asset.id);
        }
        return { status: 204 };
      },
    ],
    ["GET", /^\/rulesets$/, () => ok(state.rulesets.map(({ rules, conditions, bypass_actors, ...listed }) => listed))],
    ["GET", /^\/rulesets\/(\d+)$/, ([id]) => ok(state.rulesets.find((each) => String(each.id) === id))],
    [
      "GET",
      /^\/environments\/(\w+)$/,
      ([name = ""]) => {
        const found = state.environments.get(name);
        const unknown = { ...notFound, undocumented: true };
        return found ? ok({ ...contract.example<Fields>("environment"), name, ...found }) : unknown;
      },
    ],
    [
      "GET",
      /^\/environments\/(\w+)\/deployment-branch-policies$/,
      ([name = ""]) => {
        const policies = (state.policies.get(name) ?? []).map((each, at) => ({ id: at + 1, node_id: "x", ...each }));
        return ok({ total_count: policies.length, branch_policies: policies });
      },
    ],
    [
      "GET",
      /^\/immutable-releases$/,
      () => (state.immutableReleases ? ok({ enabled: true, enforced_by_owner: false }) : notFound),
    ],
    ["GET", /^\/actions\/permissions$/, () => ok({ enabled: true, sha_pinning_required: state.shaPinning })],
    ["GET", /^\/private-vulnerability-reporting$/, () => ok({ enabled: state.privateReports })],
    [
      "GET",
      /^\/contents\/\.github\/dependabot\.yml$/,
      () => {
        const content = Buffer.from(state.dependabot).toString("base64");
        return ok({ ...contract.example<Fields>("content-file-response-if-content-is-a-file"), content });
      },
    ],
  ];

  function addAsset(release: StoredRelease, name: string, bytes: Buffer): StoredAsset {
    const asset: StoredAsset = { id: nextId++, name, state: "uploaded", bytes };
    release.assets.set(asset.id, asset);
    return asset;
  }

  function addRelease(
    tag: string,
    options: { draft?: boolean; assets?: Readonly<Record<string, string>> } = {},
  ): StoredRelease {
    const { draft = false, assets = {} } = options;
    const id = nextId++;
    const release: StoredRelease = {
      ...{ id, tag_name: tag, name: tag, body: "", draft, prerelease: false, assets: new Map() },
      immutable: !draft && state.immutableReleases,
    };
    state.releases.push(release);
    for (const [name, text] of Object.entries(assets)) addAsset(release, name, Buffer.from(text));
    return release;
  }

  function reply(method: string, path: string, bytes: Buffer, isJson: boolean): Reply {
    const { pathname, searchParams } = new URL(path, url);
    const body = isJson && bytes.length > 0 ? (JSON.parse(bytes.toString()) as Fields) : undefined;
    problems.push(...contract.request({ method, url: path, body }));
    const rest = pathname.replace(`/repos/${repository}`, "");
    for (const [verb, pattern, route] of ROUTES) {
      const found = verb === method && pathname.startsWith(`/repos/${repository}`) ? pattern.exec(rest) : null;
      if (!found) continue;
      const given = route(found.slice(1), body ?? {}, bytes, searchParams);
      if (!given.undocumented)
        problems.push(...contract.response({ method, url: path, status: given.status, body: given.body }));
      return given;
    }
    problems.push(`${method} ${path}: the fake does not know it`);
    return notFound;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "/", headers } = request;
    const bytes = await bodyOf(request);
    const fault = faults.take(`${method} ${path}`);
    if (fault?.reset) return void request.socket.destroy();
    const known = headers.authorization === `Bearer ${FAKE_TOKEN}`;
    const refused: Reply = { status: fault?.status ?? 401, body: { message: fault ? "Refused" : "Bad credentials" } };
    const given = fault || !known ? refused : reply(method, path, bytes, /json/.test(headers["content-type"] ?? ""));
    if (given.status === 204) return void response.writeHead(204).end();
    answer(response, given.status, JSON.stringify(given.body), { "content-type": "application/json" });
  }

  const { port, close } = await listen((request, response) => {
    handle(request, response).catch((error: unknown) => {
      problems.push(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  });
  url = `http://127.0.0.1:${port}`;
  return {
    url,
    state,
    changes,
    problems,
    addRelease,
    assetsOf: (tag) => {
      const found = state.releases.find(({ tag_name }) => tag_name === tag);
      return Object.fromEntries([...(found?.assets.values() ?? [])].map(({ name, bytes }) => [name, bytes.toString()]));
    },
    fault: (match, fault) => faults.add(match, fault),
    close,
    [Symbol.asyncDispose]: close,
  };
}
