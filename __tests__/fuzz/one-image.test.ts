import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageError } from "../../src/images/fault.ts";
import { acquiredLayout, acquiredReference, acquiredTar } from "../support/images/acquired.ts";
import {
  type Archive,
  bazel,
  classicDocker,
  crane,
  entriesOf,
  jib,
  json,
  modernDocker,
  podman,
} from "../support/images/image-files.ts";
import { arm64, debian12 } from "../support/images/images.ts";
import { gemspec, metadata, packageJson } from "../support/images/layers.ts";
import { buildImage, type Image } from "../support/images/oci.ts";
import { tar } from "../support/images/tar.ts";
import { startRegistry } from "../support/registry/registry.ts";
import { changed, changes } from "../support/runs/changed-documents.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { toText } from "../support/runs/ordered-json.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";

// The same bytes in a registry, a tar and a layout: they have one meaning, or are refused.

const folder = sharedFolder("one-image");
const registry = await shared(startRegistry());

const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

let count = 0;
/** The ways to store a manifest with these blobs. In the last one, a tool writes a tar instead. */
function ways(manifest: Buffer, blobs: ReadonlyMap<string, Buffer>, archive: Archive) {
  const entry = { mediaType: MANIFEST_TYPE, digest: digestOf(manifest), size: manifest.length };
  const all = new Map([...blobs, [entry.digest, manifest]]);
  const tag = `t${++count}`;
  registry.add("fuzz", tag, { descriptor: entry, blobs: all });
  const layout = join(folder.path, "layout");
  rmSync(layout, { recursive: true, force: true });
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  for (const [digest, data] of all) writeFileSync(join(layout, "blobs/sha256", digest.slice(7)), data);
  const index = json({ schemaVersion: 2, manifests: [entry] });
  writeFileSync(join(layout, "index.json"), index);
  const [packed, saved] = [join(folder.path, "layout.tar"), join(folder.path, "image.tar")];
  const members = [...all].map(([digest, data]) => ({ path: `blobs/sha256/${digest.slice(7)}`, data }));
  writeFileSync(packed, tar([...members, { path: "index.json", data: index }]));
  writeFileSync(saved, tar(entriesOf(archive)));
  return [
    () => acquiredReference(`${registry.host}/fuzz:${tag}`),
    () => acquiredLayout({ location: layout, roots: [] }),
    () => acquiredTar(packed),
    () => acquiredTar(saved),
  ] as const;
}

type Known = Awaited<ReturnType<typeof acquiredTar>>;
const read = ({ imageId, inventory, layers, platform }: Known) => ({
  imageId,
  inventory,
  platform,
  diffIds: layers.map(({ diffId }) => diffId),
});
type Reading = ReturnType<typeof read>;

/** The image that is read, or the code of the refusal. Any other error of ours fails the property. */
async function outcome(bring: () => Promise<Known>): Promise<Reading | string> {
  try {
    return read(await bring());
  } catch (thrown) {
    const { code } = imageError(thrown, "app", 1);
    expect(code, String(thrown)).not.toBe("internal-error");
    return code;
  }
}

const path = fc.constantFrom(
  "app/package.json",
  "a/x.dist-info/METADATA",
  "b/specifications/g.gemspec",
  "etc/x",
  "bin/y",
);
const data = fc
  .tuple(
    fc.constantFrom(packageJson, metadata, gemspec, (name: string) => name),
    fc.constantFrom("a1", "b2", "c3"),
  )
  .map(([make, name]) => make(name));
const member = fc.oneof(
  { weight: 4, arbitrary: fc.record({ path, data }) },
  { weight: 1, arbitrary: path.map((each) => ({ path: each.replace(/([^/]+)$/, ".wh.$1"), data: "" })) },
);
const layers = fc.array(fc.uniqueArray(member, { maxLength: 4, selector: (each) => each.path }), {
  minLength: 1,
  maxLength: 4,
});

describe("an image of random layers", () => {
  fuzz(
    "is read the same from a registry, a layout, and a tar of any tool",
    fc.tuple(layers, fc.constantFrom(classicDocker, modernDocker, podman, crane, jib, bazel)),
    async ([all, make]) => {
      const image = buildImage(all.map((files, at) => ({ createdBy: `step ${at}`, files })));
      const manifest = image.blobs.get(image.descriptor.digest) ?? Buffer.alloc(0);
      const [first, ...others] = await Promise.all(ways(manifest, image.blobs, make(image)).map(outcome));
      expect(first).toMatchObject({ imageId: digestOf(image.config), diffIds: image.layers.map(digestOf) });
      for (const other of others) expect(other).toEqual(first);
    },
    { leastRuns: 25 },
  );
});

describe("an image with random documents", () => {
  const image = debian12();
  const MANIFEST = image.blobs.get(image.descriptor.digest) ?? Buffer.alloc(0);
  const counts = { read: 0, refused: 0 };

  fuzz(
    "is read the same from a registry, a layout and a tar, or refused by each",
    fc.tuple(changes, changes, fc.boolean()),
    async ([ofManifest, ofConfig, isManifest]) => {
      const config = isManifest ? image.config : Buffer.from(toText(changed(image.config, arm64().config, ofConfig)));
      const { mediaType } = JSON.parse(MANIFEST.toString()).config;
      const described = { mediaType, digest: digestOf(config), size: config.length };
      const honest = Buffer.from(JSON.stringify({ ...JSON.parse(MANIFEST.toString()), config: described }));
      const manifest = isManifest ? Buffer.from(toText(changed(honest, MANIFEST, ofManifest))) : honest;
      const own: Image = { ...image, config };
      const blobs = new Map([...image.blobs, [described.digest, config]]);
      const [inRegistry, inLayout, inTar] = await Promise.all(ways(manifest, blobs, classicDocker(own)).map(outcome));
      counts[typeof inRegistry === "string" ? "refused" : "read"]++;
      if (typeof inRegistry !== "string") {
        expect(inLayout).toEqual(inRegistry);
        expect(inTar).toEqual(inRegistry);
      } else {
        expect(typeof inLayout, `${inRegistry}, and in the layout ${JSON.stringify(inLayout)}`).toBe("string");
        expect(inTar).toBe(inLayout);
      }
    },
    { leastRuns: 40 },
  );

  it("was both read and refused", () => {
    expect(counts.read).toBeGreaterThan(3);
    expect(counts.refused).toBeGreaterThan(10);
  });
});
