import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureReadOci } from "../../scripts/setup/go-tools.ts";
import { findProgram } from "../../scripts/setup/system.ts";
import { bestFor, type ImagePlatform } from "../../src/domain/image/platform.ts";
import { ImageFault } from "../../src/images/fault.ts";
import { type Descriptor, mayRun, readConfig, readDocument, readIndex } from "../../src/images/oci/documents.ts";
import { json } from "../support/images/image-files.ts";
import { arm64, clean, debian12, multiArchitecture } from "../support/images/images.ts";
import type { Artifact } from "../support/images/oci.ts";
import { around, changed, changes } from "../support/runs/changed-documents.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { toText } from "../support/runs/ordered-json.ts";
import { sharedFolder } from "../support/runs/shared.ts";

// Documents as strangers can write them, read by our readers and by the programs that run the image. Ours may refuse a
// document, but must never read it differently.

const folder = sharedFolder("oci-documents");

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const own = (image: Artifact): Buffer => image.blobs.get(image.descriptor.digest) ?? Buffer.alloc(0);
const [MANIFEST, OTHER, INDEX] = [own(debian12()), own(clean()), own(multiArchitecture())];
const [CONFIG, OTHER_CONFIG] = [debian12().config, arm64().config];
const documents = fc
  .tuple(fc.constantFrom([MANIFEST, OTHER] as const, [INDEX, own(multiArchitecture())] as const), changes, around)
  .map(([[bytes, other], list, { before, after }]) =>
    Buffer.from(before + toText(changed(bytes, other, list)) + after),
  );

/** A reader's result; undefined if it refuses. */
function refusable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ImageFault) return undefined;
    throw error;
  }
}

const platformOf = (found: ImagePlatform | undefined) =>
  found && [found.os, found.architecture, found.variant ?? "", found.osVersion ?? ""];
const partOf = ({ digest, size, platform }: Descriptor) => [digest, size, platformOf(platform)];

describe("what Go's readers read", () => {
  interface GoPlatform {
    readonly os: string;
    readonly architecture: string;
    readonly variant?: string;
    readonly "os.version"?: string;
  }
  interface GoPart {
    readonly digest: string;
    readonly size: number;
    readonly platform?: GoPlatform;
  }
  interface GoAnswer {
    readonly document?: { config?: GoPart; layers?: GoPart[]; manifests?: GoPart[] };
    readonly configuration?: GoPlatform & { rootfs: { diff_ids?: string[] } };
  }
  let program: ChildProcessWithoutNullStreams;
  let answers: AsyncIterator<string>;
  beforeAll(async () => {
    program = spawn(await ensureReadOci(), []);
    answers = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  });
  afterAll(() => program.kill());
  const ask = async (bytes: Buffer): Promise<GoAnswer> => {
    program.stdin.write(`${bytes.toString("base64")}\n`);
    return JSON.parse((await answers.next()).value) as GoAnswer;
  };
  const goPlatform = (found: GoPlatform | undefined) =>
    found && (found.os !== "" || found.architecture !== "")
      ? [found.os, found.architecture, found.variant ?? "", found["os.version"] ?? ""]
      : undefined;
  const goPart = ({ digest, size, platform }: GoPart) => [digest, size, goPlatform(platform)];
  const counts = { read: 0, refused: 0 };

  fuzz("of a manifest or an index, ours reads, or refuses", documents, async (bytes) => {
    const ours = refusable(() => readDocument(bytes));
    counts[ours === undefined ? "refused" : "read"]++;
    const { document: theirs } = await ask(bytes);
    // An image that they refuse does not run.
    if (ours === undefined || theirs === undefined) return;
    if (ours.kind === "index") expect(ours.manifests.map(partOf)).toEqual((theirs.manifests ?? []).map(goPart));
    else
      expect([ours.config, ...ours.layers].map(partOf)).toEqual(
        [theirs.config, ...(theirs.layers ?? [])].flatMap((each) => (each ? [goPart(each)] : [])),
      );
    expect(theirs.config === undefined || theirs.config === null).toBe(ours.kind === "index");
  });

  fuzz(
    "of a configuration, ours reads, or refuses",
    fc
      .tuple(changes, around)
      .map(([list, { before, after }]) => Buffer.from(before + toText(changed(CONFIG, OTHER_CONFIG, list)) + after)),
    async (bytes) => {
      const ours = refusable(() => readConfig(bytes));
      counts[ours === undefined ? "refused" : "read"]++;
      const { configuration: theirs } = await ask(bytes);
      if (ours === undefined || theirs === undefined) return;
      expect(ours.diffIds).toEqual(theirs.rootfs.diff_ids ?? []);
      if (ours.platform !== undefined) expect(platformOf(ours.platform)).toEqual(goPlatform(theirs));
    },
  );

  it("was both read and refused by ours", () => {
    expect(counts.read).toBeGreaterThan(20);
    expect(counts.refused).toBeGreaterThan(20);
  });
});

const skopeo = findProgram("skopeo");
if (skopeo === undefined) console.warn("There is no skopeo here: that it chooses as ours is not tried.");

describe.skipIf(skopeo === undefined)("what Skopeo copies from a layout", () => {
  const images = [debian12(), clean(), arm64()];
  const run = promisify(execFile);
  let number = 0;
  /** The image that it copies for a platform; undefined if it refuses. */
  const copied = async (index: Buffer, os: string, architecture: string): Promise<string | undefined> => {
    const path = join(folder.path, `skopeo-${number++}`);
    mkdirSync(join(path, "from/blobs/sha256"), { recursive: true });
    for (const image of images)
      for (const [digest, data] of image.blobs) writeFileSync(join(path, "from/blobs/sha256", digest.slice(7)), data);
    writeFileSync(join(path, "from/index.json"), json({ schemaVersion: 2, manifests: [entryOf(index)] }));
    writeFileSync(join(path, "from/oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
    writeFileSync(join(path, "from/blobs/sha256", sha256(index)), index);
    const args = ["--insecure-policy", `--override-os=${os}`, `--override-arch=${architecture}`, "copy", "--quiet"];
    try {
      await run(skopeo ?? "", [...args, `oci:${path}/from`, `dir:${path}/to`]);
      return `sha256:${sha256(readFileSync(join(path, "to/manifest.json")))}`;
    } catch {
      return undefined;
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  };
  const entryOf = (index: Buffer) => ({
    mediaType: "application/vnd.oci.image.index.v1+json",
    digest: `sha256:${sha256(index)}`,
    size: index.length,
  });
  const base = json({ schemaVersion: 2, manifests: images.map(({ descriptor }) => descriptor).slice(1) });
  const other = json({ schemaVersion: 2, manifests: images.map(({ descriptor }) => descriptor).slice(0, 1) });
  let agreed = 0;

  fuzz(
    "is what ours chooses, or ours refuses",
    fc.tuple(changes, fc.constantFrom("amd64", "arm64")),
    async ([list, architecture]) => {
      const index = Buffer.from(toText(changed(base, other, list)));
      const { mediaType } = entryOf(index);
      const entries = refusable(() => readIndex(index, { mediaType }).manifests.filter(mayRun)) ?? [];
      const [ours, ...others] = bestFor(`linux/${architecture}`, entries, (entry) => entry.platform);
      if (ours === undefined || others.some(({ digest }) => digest !== ours.digest)) return;
      const theirs = await copied(index, "linux", architecture);
      if (theirs === undefined) return;
      agreed++;
      expect(ours.digest).toBe(theirs);
    },
    { leastRuns: 20 },
  );

  it("was an image at times", () => expect(agreed).toBeGreaterThan(3));
});
