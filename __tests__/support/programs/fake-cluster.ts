import { writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { answer, type Fault, faultPlan } from "../network/http.ts";
import type { Authority } from "../network/tls.ts";

/** An answer that the API server gives instead of the proper one. */
export interface ClusterFault extends Fault {
  /** The whole body, with status 200. */
  readonly body?: string;
}

/** A Kubernetes API server with pods and nodes. It answers only requests with its token. */
export interface FakeCluster extends AsyncDisposable {
  readonly address: string;
  readonly token: string;
  /** Method and path with its query, in order. */
  readonly requests: string[];
  pods: readonly object[];
  nodes: readonly object[];
  /** Simulates a fault for the next requests with a matching path. */
  fault(match: RegExp, fault: ClusterFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const TOKEN = "of-the-test-cluster";

const resource = (name: string, kind: string, namespaced: boolean) => ({
  name,
  singularName: kind.toLowerCase(),
  namespaced,
  kind,
  verbs: ["get", "list"],
});

/** Answers that a client reads before it knows what `pods` are. */
const DISCOVERY: Readonly<Record<string, object>> = {
  "/api": { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] },
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
  "/api/v1": {
    kind: "APIResourceList",
    groupVersion: "v1",
    resources: [resource("pods", "Pod", true), resource("nodes", "Node", false)],
  },
  "/version": { major: "1", minor: "32", gitVersion: "v1.32.0" },
};

const REASONS: Readonly<Record<number, string>> = { 401: "Unauthorized", 403: "Forbidden", 410: "Expired" };

function fail(response: ServerResponse, status: number, message: string): void {
  const body = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: REASONS[status],
    code: status,
  };
  answer(response, status, JSON.stringify(body), { "content-type": "application/json" });
}

/** A list in pieces, as `limit` and `continue` ask for them. */
function listOf(kind: string, all: readonly object[], query: URLSearchParams): object {
  const start = Number(query.get("continue") ?? 0);
  const limit = Number(query.get("limit") ?? 0) || all.length;
  const end = start + limit;
  const rest = end < all.length ? { continue: String(end), remainingItemCount: all.length - end } : {};
  return { kind, apiVersion: "v1", metadata: { resourceVersion: "42", ...rest }, items: all.slice(start, end) };
}

/** True if a pod's phase fits `status.phase!=A,status.phase!=B`. */
function isSelected(pod: object, selector: string): boolean {
  const { status } = pod as { status?: { phase?: string } };
  return selector.split(",").every((one) => one !== `status.phase!=${status?.phase}`);
}

export async function startFakeCluster(authority: Authority): Promise<FakeCluster> {
  const { certificate: cert, key } = await authority.issue(["127.0.0.1"]);
  const plan = faultPlan<ClusterFault>();
  const cluster = { pods: [] as readonly object[], nodes: [] as readonly object[], requests: [] as string[] };

  function proper(url: URL, response: ServerResponse): void {
    const list = { "/api/v1/pods": "PodList", "/api/v1/nodes": "NodeList" }[url.pathname];
    const all = list === "PodList" ? cluster.pods : cluster.nodes;
    const selected = all.filter((one) => isSelected(one, url.searchParams.get("fieldSelector") ?? ""));
    const body = list === undefined ? DISCOVERY[url.pathname] : listOf(list, selected, url.searchParams);
    if (body === undefined) fail(response, 404, "the server could not find the requested resource");
    else answer(response, 200, JSON.stringify(body), { "content-type": "application/json" });
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "/";
    cluster.requests.push(`${request.method} ${path}`);
    const fault = plan.take(path);
    if (fault?.hang) return;
    if (fault?.reset) request.socket.destroy();
    else if (fault?.body !== undefined) answer(response, 200, fault.body, { "content-type": "application/json" });
    else if (fault?.status === 403)
      fail(
        response,
        403,
        `pods is forbidden: User "robot" cannot list resource "pods" in API group "" at the cluster scope`,
      );
    else if (fault?.status) fail(response, fault.status, `the test cluster says ${fault.status}`);
    else if (request.headers.authorization !== `Bearer ${TOKEN}`) fail(response, 401, "Unauthorized");
    else proper(new URL(path, "https://cluster.test"), response);
  }

  const server = createServer({ cert, key }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", () => resolve());
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(cluster, {
    address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: TOKEN,
    fault: plan.add,
    clearFaults: plan.clear,
    close,
    [Symbol.asyncDispose]: close,
  });
}

/** A kubeconfig with one context, whose user is as given. */
export function writeKubeconfig(
  path: string,
  { server, authority, context, user }: { server: string; authority: Authority; context: string; user: object },
): void {
  const named = { cluster: "fake", user: "robot" };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [{ name: "fake", cluster: { server, "certificate-authority": authority.file } }],
    users: [{ name: "robot", user }],
    contexts: [{ name: context, context: named }],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
}
