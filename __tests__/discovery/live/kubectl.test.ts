import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureKubectl } from "../../../scripts/setup/system.ts";
import type { Read } from "../../../src/discovery/gather.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type Authority, createAuthority } from "../../support/network/tls.ts";
import { type FakeCluster, startFakeCluster, writeKubeconfig } from "../../support/programs/fake-cluster.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { failureOf, readLive } from "../discovered.ts";

// The real kubectl against a server that speaks the protocol of Kubernetes.
const kubectl = await ensureKubectl();
const folder = temporaryFolder("kubectl");
const kubeconfig = join(folder.path, "kubeconfig");
const digest = (character: string) => `sha256:${character.repeat(64)}`;
let cluster: FakeCluster;
let authority: Authority;

const env = () => ({ PATH: process.env.PATH, HOME: folder.path, KUBECONFIG: kubeconfig });
const read = (context?: string, overrides = {}, deadlineMs?: number): Promise<Read> =>
  readLive(
    { kind: "kubectl", line: context ? `kubectl:${context}` : "kubectl", context },
    testWorld(folder.path, { env: env(), ...overrides }),
    deadlineMs,
  );

const image = "ghcr.io/acme/app:1";
const pod = (name: string) => ({
  metadata: { name, namespace: "shop", creationTimestamp: "2026-11-26T08:00:00Z" },
  spec: { nodeName: "node-1", containers: [{ name: "app", image }] },
  status: {
    phase: "Running",
    containerStatuses: [{ name: "app", imageID: `ghcr.io/acme/app@${digest("a")}`, image }],
  },
});
const nodeInfo = { operatingSystem: "linux", architecture: "arm64" };
const node = { metadata: { name: "node-1" }, status: { nodeInfo } };

describe.skipIf(!kubectl)("the pods of a cluster, asked by the real kubectl (needs kubectl)", () => {
  beforeAll(async () => {
    authority = await createAuthority(folder.path);
    cluster = await startFakeCluster(authority);
  });
  beforeEach(() => {
    cluster.clearFaults();
    cluster.requests.length = 0;
    cluster.nodes = [node];
    cluster.pods = [pod("web-1")];
    writeKubeconfig(kubeconfig, {
      server: cluster.address,
      authority,
      context: "prod",
      user: { token: cluster.token },
    });
  });
  afterAll(async () => {
    await cluster?.close();
    folder.remove();
  });

  it("are read with what runs, on which platform and where", async () => {
    const at = { source: "kubectl", name: "shop/pod/web-1/app" };
    const images = [{ reference: image, digest: digest("a"), platform: "linux/arm64", at }];
    expect(await read()).toEqual({ images, notes: [] });
  });

  it("are read from the context that is named", async () => {
    expect((await read("prod")).images).toHaveLength(1);
    const error = await failureOf(read("staging"));
    expect(error.code).toBe("discovery-cluster-unreachable");
    expect(error.message).toMatch(/cannot be listed: .*context.*staging/);
  });

  // Proves: asked-runs-only-read
  it("are read in pieces, all of them, with nothing but GET", async () => {
    cluster.pods = Array.from({ length: 1203 }, (_, index) => pod(`web-${index}`));
    expect((await read()).images).toHaveLength(1203);
    expect(cluster.requests.filter((request) => request.includes("/pods?"))).toHaveLength(3);
    expect(cluster.requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  it("are read without their platforms if the nodes cannot be listed, which is reported", async () => {
    cluster.fault(/nodes/, { status: 403 });
    const { images, notes, problem } = await read();
    expect([images[0]?.digest, images[0]?.platform, problem]).toEqual([digest("a"), undefined, undefined]);
    expect(notes).toEqual([
      "The nodes of the current cluster cannot be listed with this login, so its images' platform is unknown.",
    ]);
  });

  it("are kept if the nodes cannot be read for another reason, but the source is not whole", async () => {
    cluster.fault(/nodes/, {
      body: '{"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"a"},"status":{"nodeInfo":{}}}]}',
    });
    const { images, problem } = await read();
    expect([images.length, problem?.code]).toEqual([1, "discovery-cluster-unreachable"]);
  });

  it("are an error with the remedy if they cannot be listed in all namespaces", async () => {
    cluster.fault(/pods/, { status: 403 });
    const error = await failureOf(read("prod"));
    expect(error.code).toBe("discovery-cluster-forbidden");
    expect(error.message).toContain('User "robot" cannot list');
    expect(error.remedy).toContain("--verb=list --resource=pods,nodes");
  });

  const otherList = '{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}';
  // Proves: hostile-engine-cluster-ends
  it.each<[string, RegExp, object]>([
    ["fails half-way", /continue=/, { status: 500 }],
    ["answers garbage", /pods/, { body: "<html>" }],
    ["answers another list", /pods/, { body: otherList }],
    ["refuses the login", /./, { status: 401 }],
  ])("are an error if the server %s", async (_, match, fault) => {
    cluster.pods = Array.from({ length: 600 }, (_, index) => pod(`web-${index}`));
    cluster.fault(match, fault);
    expect((await failureOf(read())).code).toBe("discovery-cluster-unreachable");
  });

  it("are an error after the deadline if the server never answers", async () => {
    cluster.fault(/pods/, { hang: true });
    const error = await failureOf(read(undefined, {}, 1500));
    expect(error.message).toContain(
      "[discovery-cluster-unreachable] The pods of the current cluster cannot be listed: kubectl did not finish in time",
    );
  });

  it("are an error if there is no server, and if there is no kubectl", async () => {
    writeKubeconfig(kubeconfig, { server: "https://127.0.0.1:9", authority, context: "prod", user: { token: "a" } });
    expect((await failureOf(read())).message).toContain("refused");
    const nowhere = { env: { ...env(), PATH: "/nonexistent" } };
    expect((await failureOf(read(undefined, nowhere))).code).toBe("discovery-program-missing");
  });

  // Proves: asked-runs-only-read
  it("are not asked by a kubectl that the job can fill in", async () => {
    const world = testWorld(folder.path);
    mkdirSync(join(world.workspace, "bin"), { recursive: true });
    writeProgram(join(world.workspace, "bin", "kubectl"), `echo '{"items":[]}'`);
    const { images } = await read(undefined, { env: { ...env(), PATH: `${world.workspace}/bin:${process.env.PATH}` } });
    expect(images).toHaveLength(1);
  });

  // Proves: asked-runs-only-read
  it("are asked with a login program that sees the cloud's variables, and none of the job's secrets", async () => {
    const seen = join(folder.path, "seen");
    const plugin = join(folder.path, "login");
    const apiVersion = "client.authentication.k8s.io/v1beta1";
    const credential = { apiVersion, kind: "ExecCredential", status: { token: cluster.token } };
    writeProgram(plugin, `env > ${seen}; cat <<'END'\n${JSON.stringify(credential)}\nEND\n`);
    const exec = { apiVersion, command: plugin, interactiveMode: "Never" };
    writeKubeconfig(kubeconfig, { server: cluster.address, authority, context: "prod", user: { exec } });
    const tokens = { INPUT_TOKEN: "a", ACTIONS_RUNTIME_TOKEN: "b", GITHUB_TOKEN: "c" };
    const secrets = { ...tokens, KUBECTL_PLUGINS: "d", NODE_OPTIONS: "e" };
    const { images } = await read(undefined, { env: { ...env(), ...secrets, AWS_PROFILE: "prod" } });
    expect(images).toHaveLength(1);
    const names = readFileSync(seen, "utf8")
      .split("\n")
      .map((line) => line.split("=")[0]);
    expect(names).toEqual(expect.arrayContaining(["AWS_PROFILE", "HOME", "PATH"]));
    expect(names.filter((name) => name && name in secrets)).toEqual([]);
  });

  it("are asked with a kubeconfig that is relative to the workspace, as a step of the job sees it", async () => {
    const world = testWorld(folder.path);
    writeFileSync(join(world.workspace, "kubeconfig"), readFileSync(kubeconfig));
    expect((await read(undefined, { env: { ...env(), KUBECONFIG: "kubeconfig" } })).images).toHaveLength(1);
  });

  it("end with the run if it is cancelled", async () => {
    cluster.fault(/pods/, { hang: true });
    const world = testWorld(folder.path, { env: env() });
    const reading = failureOf(readLive({ kind: "kubectl", line: "kubectl", context: undefined }, world));
    await vi.waitFor(() => expect(cluster.requests.join()).toContain("/pods"), 20_000);
    world.abort();
    expect((await reading).code).toBe("run-cancelled");
  });
});
