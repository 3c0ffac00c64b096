import { describe, expect, it } from "vitest";
import { nodePlatforms, podImages } from "../../../src/discovery/live/pods.ts";

const digest = (character: string) => `sha256:${character.repeat(64)}`;

/** A pod of one container, as the API server has it. */
function pod({ metadata = {}, spec = {}, status = {} }: { metadata?: object; spec?: object; status?: object }) {
  return {
    metadata: { name: "p", namespace: "shop", ...metadata },
    spec: { containers: [{ name: "app", image: "ghcr.io/acme/app:1" }], ...spec },
    status: { phase: "Running", ...status },
  };
}
const images = (...pods: readonly object[]) => podImages({ items: pods });
const runs = (image: string, imageID: string) =>
  images(
    pod({ spec: { containers: [{ name: "app", image }] }, status: { containerStatuses: [{ name: "app", imageID }] } }),
  )[0]?.image;
const place = (metadata: object) => images(pod({ metadata }))[0]?.place;
const ownedBy = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });

describe("what a container runs", () => {
  it.each([
    ["ghcr.io/acme/app:1", `ghcr.io/acme/app@${digest("a")}`],
    ["ghcr.io/acme/app:1", `docker-pullable://ghcr.io/acme/app@${digest("a")}`],
    ["nginx:1.27", `docker.io/library/nginx@${digest("a")}`],
    ["docker.io/nginx", `docker-pullable://nginx@${digest("a")}`],
  ])("is the digest of its imageID, under the name that it was given: %s %s", (written, imageID) => {
    expect(runs(written, imageID)).toEqual({ reference: written, digest: digest("a") });
  });

  // Proves: pod-does-not-send
  it("is looked for where its pod says, whatever repository its node names", () => {
    for (const written of ["ghcr.io/acme/app:1", "nginx"]) {
      const strange = `strangers.test/app@${digest("a")}`;
      const container = { containers: [{ name: "app", image: written }] };
      const status = { containerStatuses: [{ name: "app", imageID: strange }] };
      expect(images(pod({ spec: container, status }))).toEqual([
        { place: "shop/pod/p/app", image: { reference: written, digest: digest("a") } },
      ]);
    }
    expect(runs("localhost/app:1", `strangers.test/app@${digest("a")}`)).toBe(undefined);
  });

  // Proves: runs-not-tag-means
  it.each([digest("c"), `docker://${digest("c")}`, "c".repeat(64), `localhost/app@${digest("c")}`, "???"])(
    "is not known, and never the tag, if its imageID names no repository: %s",
    (imageID) => expect(runs("ghcr.io/acme/app:1", imageID)).toBe(undefined),
  );

  it("is the digest that the pod itself names if its imageID names none", () => {
    const pinned = `ghcr.io/acme/app@${digest("d")}`;
    expect(runs(pinned, digest("c"))).toEqual({ reference: pinned, digest: digest("d") });
  });

  it("is what the pod names until it has been pulled", () => {
    expect(runs("ghcr.io/acme/app:1", "")).toEqual({ reference: "ghcr.io/acme/app:1" });
    expect(runs(`app@${digest("d")}`, "")).toEqual({ reference: `app@${digest("d")}`, digest: digest("d") });
    expect(images(pod({ status: { phase: "Pending" } }))[0]?.image).toEqual({ reference: "ghcr.io/acme/app:1" });
    expect(runs("No Reference", "")).toBe(undefined);
  });

  it("is known of init containers, also ended ones, of ephemeral ones, and of images as volumes", () => {
    const found = images(
      pod({
        spec: {
          initContainers: [{ name: "migrate", image: "migrate:1" }],
          ephemeralContainers: [{ name: "debug", image: "busybox" }],
          volumes: [
            { name: "model", image: { reference: "ghcr.io/acme/model:1" } },
            { name: "data", emptyDir: {} },
          ],
        },
        status: {
          initContainerStatuses: [{ name: "migrate", imageID: `docker.io/library/migrate@${digest("b")}` }],
          ephemeralContainerStatuses: [{ name: "debug", imageID: `docker.io/library/busybox@${digest("c")}` }],
        },
      }),
    );
    expect(found.map(({ place, image }) => [place, image])).toEqual([
      ["shop/pod/p/app", { reference: "ghcr.io/acme/app:1" }],
      ["shop/pod/p/migrate", { reference: "migrate:1", digest: digest("b") }],
      ["shop/pod/p/debug", { reference: "busybox", digest: digest("c") }],
      ["shop/pod/p/model", { reference: "ghcr.io/acme/model:1" }],
    ]);
  });
});

describe("the place of a container", () => {
  it.each<[string, object]>([
    ["shop/pod/p/app", {}],
    ["shop/statefulset/db/app", ownedBy("StatefulSet", "db")],
    ["shop/pod/etcd-node-1/app", { ...ownedBy("Node", "node-1"), name: "etcd-node-1" }],
    ["shop/deployment/web/app", { ...ownedBy("ReplicaSet", "web-5d9"), labels: { "pod-template-hash": "5d9" } }],
    ["shop/rollout/web/app", { ...ownedBy("ReplicaSet", "web-5d9"), labels: { "rollouts-pod-template-hash": "5d9" } }],
    ["shop/replicaset/web-5d9/app", ownedBy("ReplicaSet", "web-5d9")],
    ["shop/replicaset/own/app", { ...ownedBy("ReplicaSet", "own"), labels: { "pod-template-hash": "5d9" } }],
    ["shop/cronjob/nightly/app", ownedBy("Job", "nightly-29928000")],
    ["shop/job/report-20261126/app", ownedBy("Job", "report-20261126")],
    ["shop/job/nightly-1/app", ownedBy("Job", "nightly-1")],
    ["shop/pod/p/app", { ownerReferences: [{ kind: "Other", name: "x", controller: false }] }],
  ])("is %s", (name, metadata) => expect(place(metadata)).toBe(name));

  it("stays on one line, and short, whatever the server says", () => {
    expect(place({ name: `a\nb\u001b${"x".repeat(3000)}` })).toMatch(/^shop\/pod\/a b\\u\{1B\}x{80,1000}…\/app$/);
  });
});

describe("an answer that is not a list of pods", () => {
  it.each([
    null,
    [],
    {},
    { items: null },
    { items: [{}] },
    { items: [pod({ spec: { containers: [{ name: "a" }] } })] },
    { items: [pod({ status: { containerStatuses: [{ name: "app", imageID: 1 }] } })] },
  ])("is refused: %j", (json) => expect(() => podImages(json)).toThrow());

  it("is refused also for nodes, which have a platform", () => {
    const node = (nodeInfo: object) => ({ items: [{ metadata: { name: "n" }, status: { nodeInfo } }] });
    expect(nodePlatforms(node({ operatingSystem: "linux", architecture: "arm64" }))).toEqual(
      new Map([["n", "linux/arm64"]]),
    );
    expect(() => nodePlatforms(node({ operatingSystem: "linux/../x", architecture: "arm64" }))).toThrow();
  });
});
