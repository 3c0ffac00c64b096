import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LocatedTarget, ScanResult, Target } from "../../src/domain/target.ts";
import { imageAcquirer } from "../../src/images/acquire/acquire.ts";
import { onAcquiredImages } from "../../src/scan/acquired.ts";
import type { Scanner, ScanOptions, ScanSession } from "../../src/scanners/scanner.ts";
import { GateError } from "../../src/system/errors.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { debian12, multiArchitecture, saveImage } from "../support/images/images.ts";
import { type Registry, startRegistry } from "../support/registry/registry.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("acquired");
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
  registry.add("app", "1.0", debian12());
  registry.add("multi", "1.0", multiArchitecture());
});
afterAll(async () => {
  await registry.close();
  folder.remove();
});

let worlds = 0;
let world: TestWorld;
beforeEach(() => {
  registry.requests.length = 0;
  world = testWorld(join(folder.path, `${worlds++}`), { env: { PATH: "/nonexistent" } });
});

interface Asked {
  readonly session: string;
  readonly located: LocatedTarget;
  readonly options: ScanOptions;
  /** True if the image's files were there. */
  readonly isThere: boolean;
}

/** A scanner that records its requests, and answers in its own way. */
function noting(answer: (options: ScanOptions) => Partial<ScanResult> = () => ({})) {
  const asked: Asked[] = [];
  const session = (name: string): ScanSession => ({
    async scan(_, located, options) {
      asked.push({ session: name, located, options, isThere: existsSync(options.image?.folder ?? "") });
      const { imageId } = options.image ?? {};
      const { artifact, ...more } = answer(options);
      return { artifact: { imageId, ...artifact }, provenance: {}, findings: [], ...more } as unknown as ScanResult;
    },
  });
  const scanner: Scanner = { name: "Trivy", session };
  return { asked, scanner };
}

async function scan(scanner: Scanner, target: Target, located: LocatedTarget, imageSource: readonly string[] = []) {
  await using images = imageAcquirer({ imageSource, offline: false, timeoutMs: 30_000 }, world);
  const options = { reportFile: join(world.runFolder, "report.json") };
  return await onAcquiredImages(scanner, images).session("one").scan(target, located, options, world);
}

const name = (of = "app:1.0") => `${registry.host}/${of}`;
const target = (input: string, more: Partial<Target> = {}): Target => ({ kind: "image", input, label: input, ...more });
const reference = (location: string): LocatedTarget => ({ how: "reference", location });
const notHere = (code: string) => new GateError(code, "There is no image", "Build it.");
const failing = (isImageThere: boolean, error: Error) => (options: ScanOptions) => {
  if ((options.image !== undefined) === isImageThere) throw error;
  return {};
};

describe("a scanner of acquired images", () => {
  it("gets an image as bytes on the disk, and how long that took; they go after the scan", async () => {
    const { asked, scanner } = noting();
    await scan(scanner, target(name()), reference(name()), ["remote"]);
    const path = saveImage(join(world.workspace, "app.tar"), debian12());
    await scan(scanner, target("app.tar"), { how: "archive", location: path });
    expect(asked.map(({ session, isThere }) => [session, isThere])).toEqual([
      ["one", true],
      ["one", true],
    ]);
    expect(asked.map(({ options }) => options.image?.place)).toEqual(["remote", "archive"]);
    for (const { options } of asked) {
      expect(options.spentMs).toBeGreaterThan(0);
      expect(existsSync(options.image?.folder ?? "")).toBe(false);
    }
  });

  it("leaves nothing of an image whose scan fails", async () => {
    const error = notHere("scan-failed");
    const { asked, scanner } = noting(failing(true, error));
    await expect(scan(scanner, target(name()), reference(name()), ["remote"])).rejects.toBe(error);
    expect(asked).toMatchObject([{ isThere: true }]);
    expect(existsSync(asked[0]?.options.image?.folder ?? "")).toBe(false);
  });

  it("is not asked about an image that cannot be brought in", async () => {
    const { asked, scanner } = noting();
    const missing = scan(scanner, target(name("app:2.0")), reference(name("app:2.0")), ["remote"]);
    await expect(missing).rejects.toMatchObject({ code: "image-not-found" });
    expect(asked).toEqual([]);
  });

  it("must have read that very image", async () => {
    for (const imageId of [`sha256:${"0".repeat(64)}`, undefined]) {
      const { scanner } = noting(() => ({ artifact: { imageId } as ScanResult["artifact"] }));
      await expect(scan(scanner, target(name()), reference(name()), ["remote"])).rejects.toMatchObject({
        code: "image-inconsistent",
      });
    }
  });

  it("must have read it for the platform that was asked for", async () => {
    const path = saveImage(join(world.workspace, "app.tar"), debian12());
    const located: LocatedTarget = { how: "archive", location: path };
    const { scanner } = noting();
    await expect(scan(scanner, target("app.tar", { platform: "linux/arm64" }), located)).rejects.toMatchObject({
      code: "platform-mismatch",
    });
    expect(await scan(scanner, target("app.tar", { platform: "linux/amd64" }), located)).toBeDefined();
  });

  it("gets what is not an image as it is", async () => {
    const { asked, scanner } = noting();
    mkdirSync(join(world.workspace, "src"));
    const located: LocatedTarget = { how: "folder", location: join(world.workspace, "src") };
    await scan(scanner, { kind: "path", input: "src", label: "src" }, located);
    expect(asked).toMatchObject([{ located, options: { reportFile: join(world.runFolder, "report.json") } }]);
    expect(asked[0]?.options).not.toHaveProperty("image");
  });
});

describe("all platforms of an image", () => {
  const all = target("multi:1.0", { everyPlatform: true });
  const index = { images: [{ digest: "sha256:1" }, { digest: "sha256:2" }] };
  const artifact = { names: [], packages: 0, index };

  it("are not the one that was scanned, if its index has more", async () => {
    const { scanner } = noting(() => ({ artifact }));
    const scanned = scan(scanner, all, reference(name("multi:1.0")), ["remote"]);
    await expect(scanned).rejects.toMatchObject({ code: "platforms-unknown" });
  });
});
