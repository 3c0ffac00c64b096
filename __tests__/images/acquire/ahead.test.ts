import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { LocatedTarget, Target } from "../../../src/domain/target.ts";
import { imageAcquirer } from "../../../src/images/acquire/acquire.ts";
import { acquireFirst } from "../../../src/scan/acquired.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { debian12 } from "../../support/images/images.ts";
import { layerDigests } from "../../support/images/lying-images.ts";
import { startRegistry } from "../../support/registry/registry.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { atMost } from "../../support/runs/patience.ts";

const folder = temporaryFolder("ahead");
const registry = await startRegistry();
registry.add("acme/app", "1", debian12());
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  folder.remove();
});

let count = 0;
beforeEach(() => {
  registry.requests.length = 0;
});
const world = () => testWorld(join(folder.path, `${++count}`));
const settings = { imageSource: ["remote"], offline: false, timeoutMs: 20_000 };
const image = (name: string): Target => ({ kind: "image", input: `${registry.host}/${name}`, label: name });
const located = ({ input, platform }: Target): LocatedTarget => ({ how: "reference", location: input, platform });
const fetches = () => registry.requests.filter(({ path }) => path.includes(`/blobs/${layerDigests(debian12())[0]}`));

describe("an image that is brought in ahead", () => {
  it("is the one of its scan, whatever the scan asks for besides, and only the first image is", async () => {
    const at = world();
    await using images = imageAcquirer(settings, at);
    const app = image("acme/app:1");
    acquireFirst([{ kind: "sbom", input: "a.json", label: "a.json" }, app, image("acme/other:1")], images, at);
    const options = { reportFile: "/tmp/report.json", onReport: () => {}, imageSource: undefined };
    const acquired = await images.acquire(app, located(app), options, at);
    expect(acquired).toMatchObject({ place: "remote", imageId: expect.stringMatching(/^sha256:/) });
    expect(fetches()).toHaveLength(1);
    expect(registry.requests.some(({ path }) => path.includes("/acme/other/"))).toBe(false);
  });

  it("is not the one of a stranger's scan, which asks without a login", async () => {
    const at = world();
    await using images = imageAcquirer(settings, at);
    const app = image("acme/app:1");
    acquireFirst([app], images, at);
    const manifests = () => registry.requests.filter(({ path }) => path.includes("/manifests/")).length;
    await images.acquire(app, located(app), { anonymous: true }, at);
    await images.acquire(app, located(app), {}, at);
    expect(manifests()).toBeGreaterThan(1);
  });

  it("ends with its acquirer if no scan takes it, and leaves nothing", async () => {
    const at = world();
    registry.add("acme/slow", "1", debian12());
    registry.fault(/\/acme\/slow\/blobs\//, { hang: true });
    const images = imageAcquirer(settings, at);
    acquireFirst([image("acme/slow:1")], images, at);
    await expect.poll(() => registry.requests.some(({ path }) => path.includes("/acme/slow/blobs/"))).toBe(true);
    const began = performance.now();
    await images[Symbol.asyncDispose]();
    expect(performance.now() - began).toBeLessThan(atMost(5000));
    expect(readdirSync(join(at.runFolder, "private"))).toEqual([]);
  });

  it("may be one that cannot be located: nothing is fetched, and its scan says so", () => {
    const at = world();
    const asked: Target[] = [];
    acquireFirst([{ kind: "image", input: "./absent.tar", label: "absent" }], { ahead: (t) => void asked.push(t) }, at);
    expect(asked).toEqual([]);
  });
});
