import fc from "fast-check";
import { expect } from "vitest";
import { z } from "zod";
import { containerList } from "../../src/discovery/live/docker.ts";
import { nameImage } from "../../src/discovery/live/name-image.ts";
import { nodePlatforms, podImages } from "../../src/discovery/live/pods.ts";
import { platformName } from "../../src/domain/image/platform.ts";
import { parseReference } from "../../src/domain/image/reference.ts";
import { findEngine } from "../../src/images/engine/address.ts";
import { requirePlain } from "../../src/images/engine/export.ts";
import { inspectedImage } from "../../src/images/engine/inspect.ts";
import { ImageFault } from "../../src/images/fault.ts";
import { fuzz, read } from "../support/runs/fuzz.ts";
import { changedDocument } from "../support/runs/mutations.ts";

const digest = `sha256:${"a".repeat(64)}`;
const pods = {
  kind: "List",
  items: [
    {
      metadata: {
        name: "web-5d9-x",
        namespace: "shop",
        creationTimestamp: "2026-11-26T08:00:00Z",
        labels: { "pod-template-hash": "5d9" },
        ownerReferences: [{ kind: "ReplicaSet", name: "web-5d9", controller: true }],
      },
      spec: {
        nodeName: "n",
        containers: [{ name: "app", image: "ghcr.io/acme/app:1" }],
        initContainers: [{ name: "first", image: "first" }],
        volumes: [{ name: "v", image: { reference: "model:1" } }],
      },
      status: { phase: "Running", containerStatuses: [{ name: "app", imageID: `ghcr.io/acme/app@${digest}` }] },
    },
  ],
};
const nodes = {
  items: [{ metadata: { name: "n" }, status: { nodeInfo: { operatingSystem: "linux", architecture: "arm64" } } }],
};
const containers = [
  {
    Id: "b".repeat(64),
    Names: ["/web"],
    Image: "nginx:1",
    ImageID: digest,
    Labels: { "com.docker.compose.project": "shop" },
  },
];

/** A reader's result; undefined if it refuses the answer's shape. Any other error is a fault. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(z.ZodError);
    return undefined;
  }
}

fuzz(
  "a changed list of pods is refused, or its images are references and its places short",
  changedDocument([pods]),
  (json) => {
    for (const { image, place } of parsed(() => podImages(json)) ?? []) {
      expect(place.length).toBeLessThan(420);
      expect(place).not.toMatch(/\p{Cc}/u);
      if (image === undefined) continue;
      expect(parseReference(image.reference)).toBeDefined();
      expect(image.digest ?? digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    }
  },
);

fuzz("a changed list of nodes is refused, or has platforms", changedDocument([nodes]), (json) => {
  for (const platform of parsed(() => nodePlatforms(json))?.values() ?? [])
    expect(platform).toMatch(/^[\w.-]+\/[\w.-]+$/);
});

fuzz("an engine's changed list is refused, or its ids fit into a path", changedDocument([containers]), (json) => {
  for (const { id, imageId } of parsed(() => containerList.parse(json)) ?? [])
    expect(`${id} ${imageId}`).toMatch(/^[0-9a-f]{64} sha256:[0-9a-f]{64}$/);
});

const inspected = {
  Id: digest,
  RepoTags: ["acme/app:1"],
  RepoDigests: [`acme/app@${digest}`],
  Os: "linux",
  Architecture: "arm",
  Variant: "v7",
  Manifests: [
    {
      Descriptor: { digest },
      Available: true,
      Kind: "image",
      ImageData: { Platform: { os: "linux", architecture: "arm", variant: "v7" } },
    },
  ],
};

fuzz(
  "an engine's changed description of an image is refused, or fits into a path",
  changedDocument([inspected]),
  (json) => {
    const image = parsed(() => inspectedImage.parse(json));
    if (image === undefined) return;
    expect(image.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    const named = nameImage("nginx:1", image.repoDigests);
    if (named !== undefined) expect(parseReference(named.reference)).toBeDefined();
    expect(image.platform ?? "linux/arm").toMatch(/^[\w.-]+\/[\w.-]+(\/[\w.-]+)?$/);
    for (const { digest, platform } of image.manifests)
      expect(`${digest} ${platformName(platform)}`).toMatch(/^sha256:[0-9a-f]{64} [\w.-]+\/[\w.-]+(\/[\w.-]+)?$/);
  },
);

const reference = fc
  .array(fc.oneof(fc.constantFrom("acme", "app", "/", "..", ".", ":", "@", "%2e", "?", "#", "-", "[::1]"), fc.string()))
  .map((parts) => parts.join(""));

fuzz("any reference is refused, or leads an engine to nothing but an image", reference, (text) => {
  try {
    requirePlain(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ImageFault);
    return;
  }
  const path = `/images/${encodeURI(text)}/json`;
  const { pathname, search, hash } = new URL(path, "http://engine");
  expect([pathname, search, hash]).toEqual([path, "", ""]);
  expect(decodeURIComponent(path)).toBe(`/images/${text}/json`);
});

const address = fc
  .tuple(
    fc.constantFrom("ssh://", "tcp://", "unix:///", ""),
    fc.array(
      fc.oneof(fc.constantFrom("box", "@", ":22", "/a", "%", "%2d", "-", "[::1]", "$(id)", " ", "'"), fc.string()),
    ),
  )
  .map(([scheme, rest]) => scheme + rest.join(""));

fuzz("any address of an engine is refused, or gives ssh no option and no shell a command", address, async (host) => {
  const world = {
    env: { DOCKER_HOST: host },
    platform: "linux",
    workspace: "/w",
    temp: "/t",
    runFolder: "/r",
  } as const;
  const found = await read(() => findEngine({ ...world, signal: new AbortController().signal }));
  if (!("value" in found) || found.value.way.kind !== "ssh") return;
  const { args } = found.value.way;
  const [machine = "", ...command] = args.slice(args.indexOf("--") + 1);
  expect(machine).toMatch(/^[^-]/);
  expect(command.join(" ")).toMatch(/^docker( --host=unix:\/[\w./@+-]+)? system dial-stdio$/);
});
