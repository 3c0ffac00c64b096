import { createHash } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { answer, type Fault, faultPlan, listen } from "./http.ts";

/** An artifact as the test says it; the rest is as Harbor fills it in. */
export interface HarborArtifact {
  /** What distinguishes it; its digest is made of it, if it has none of its own. */
  readonly id: string;
  readonly digest?: string;
  readonly tags: readonly string[];
  readonly pushed: string;
  /** `IMAGE` by default. */
  readonly type?: string;
  /** An index of these platforms. */
  readonly platforms?: readonly string[];
}

export interface HarborFault extends Fault {
  /** The whole body. */
  readonly body?: string;
  /** What the answer says as X-Total-Count; null: nothing. */
  readonly total?: string | null;
  /** Each page begins at the first entry. */
  readonly samePage?: boolean;
  /** Done before the answer is made. */
  readonly before?: () => void;
}

/** A Harbor by its published description (api/v2.0/swagger.yaml): projects, repositories, artifacts. */
export interface Harbor extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly requests: { readonly method: string; readonly path: string; readonly authorization: string | undefined }[];
  /** Repositories by their full names: `shop/backend/api`. */
  readonly repositories: Map<string, HarborArtifact[]>;
  /** From now on everything needs this login. */
  requireLogin(username: string, password: string): void;
  /** Plays a fault if `match` fits the address as it came. */
  fault(match: RegExp, fault: HarborFault): void;
}

export const digestOf = (id: string): string => `sha256:${createHash("sha256").update(id).digest("hex")}`;

/** The shape of Harbor's own answers, with what a client does not need left in. */
function shape({ id, digest = digestOf(id), tags, pushed, type = "IMAGE", platforms }: HarborArtifact, at: number) {
  return {
    accessories: null,
    addition_links: { vulnerabilities: { absolute: false, href: `/api/v2.0/projects/x/${id}` } },
    digest,
    icon: digestOf("icon"),
    id: at + 1,
    labels: null,
    manifest_media_type: platforms
      ? "application/vnd.oci.image.index.v1+json"
      : "application/vnd.oci.image.manifest.v1+json",
    media_type: "application/vnd.oci.image.config.v1+json",
    project_id: 2,
    pull_time: "0001-01-01T00:00:00.000Z",
    push_time: pushed,
    references:
      platforms?.map((platform) => {
        const [os, architecture] = platform.split("/");
        return {
          child_digest: digestOf(id + platform),
          parent_id: at + 1,
          platform: { os, architecture, OsFeatures: null },
        };
      }) ?? null,
    repository_id: 3,
    size: 2_813_316,
    tags:
      tags.length === 0
        ? null
        : tags.map((name, index) => ({
            artifact_id: at + 1,
            id: index + 1,
            immutable: false,
            name,
            pull_time: "0001-01-01T00:00:00.000Z",
            push_time: pushed,
            repository_id: 3,
          })),
    type,
  };
}

const failure = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/**
 * Starts an empty Harbor on a free port.
 * @param registry answers for everything but the API
 */
export async function startHarbor(registry?: RequestListener): Promise<Harbor> {
  const repositories: Harbor["repositories"] = new Map();
  const requests: Harbor["requests"] = [];
  const faults = faultPlan<HarborFault>();
  let login: string | undefined;

  /** Undefined: there is no such thing. */
  function entriesFor(url: URL): readonly unknown[] | undefined {
    // A repository's slashes are encoded twice; Harbor routes by the path that is decoded once.
    const [, project = "", encoded] =
      /^\/api\/v2\.0\/projects\/([^/]+)\/repositories(?:\/([^/]+)\/artifacts)?$/.exec(
        decodeURIComponent(url.pathname),
      ) ?? [];
    const names = [...repositories.keys()].filter((name) => name.startsWith(`${project}/`));
    if (project === "" || names.length === 0) return undefined;
    if (encoded === undefined)
      return names.map((name, id) => ({ artifact_count: repositories.get(name)?.length, id, name, project_id: 2 }));
    const artifacts = repositories.get(`${project}/${decodeURIComponent(encoded)}`);
    const isTaggedOnly = url.searchParams.get("q") === "tags=*";
    return artifacts?.filter(({ tags }) => !isTaggedOnly || tags.length > 0).map(shape);
  }

  function send(url: URL, response: ServerResponse, fault: HarborFault | undefined) {
    const entries = entriesFor(url);
    if (entries === undefined) return answer(response, 404, failure("NOT_FOUND", "not found"), JSON_TYPE);
    const size = Number(url.searchParams.get("page_size") ?? 10);
    const page = fault?.samePage ? 1 : Number(url.searchParams.get("page") ?? 1);
    if (size > 100) return answer(response, 422, failure("UNPROCESSABLE_ENTITY", "page_size"), JSON_TYPE);
    const total = fault?.total === undefined ? String(entries.length) : fault.total;
    const body = fault?.body ?? JSON.stringify(entries.slice((page - 1) * size, page * size));
    answer(response, 200, body, { ...JSON_TYPE, ...(total === null ? {} : { "x-total-count": total }) });
  }

  function handle(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? "/";
    if (registry && !path.startsWith("/api/")) return registry(request, response);
    const { authorization } = request.headers;
    requests.push({ method: request.method ?? "", path, authorization });
    const fault = faults.take(path);
    fault?.before?.();
    if (fault?.hang) return;
    if (fault?.reset) return void request.socket.destroy();
    if (fault?.status)
      return answer(response, fault.status, failure("X", "the test says so"), { ...JSON_TYPE, ...fault.headers });
    if (login !== undefined && authorization !== login)
      return answer(response, 401, failure("UNAUTHORIZED", "unauthorized"), JSON_TYPE);
    send(new URL(path, "http://harbor.test"), response, fault);
  }

  const { port, close } = await listen(handle);
  return {
    host: `127.0.0.1:${port}`,
    requests,
    repositories,
    requireLogin(username, password) {
      login = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    },
    fault: (match, fault) => faults.add(match, fault),
    [Symbol.asyncDispose]: close,
  };
}
