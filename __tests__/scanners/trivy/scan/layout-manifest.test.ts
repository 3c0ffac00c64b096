import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { LocatedTarget, ScanResult } from "../../../../src/domain/target.ts";
import { manifestInLayout } from "../../../../src/scanners/trivy/scan/layout.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { alpine, arm64, debian12, multiArchitecture } from "../../../support/images.ts";
import { buildImage, type Image, writeLayout } from "../../../support/oci.ts";

const folder = temporaryFolder("layout-manifest");
afterAll(() => folder.remove());

const NAME = "org.opencontainers.image.base.name";
const DIGEST = "org.opencontainers.image.base.digest";

function scanned(image: Image): Pick<ScanResult, "artifact"> {
  const imageId = `sha256:${createHash("sha256").update(image.config).digest("hex")}`;
  return { artifact: { names: [], packages: 1, imageId } };
}

/** A layout of an image, with annotations for its entry in the index and for its manifest. */
function layout(name: string, image: Image, entry: Record<string, string> = {}): string {
  const path = join(folder.path, name);
  writeLayout(path, image, "1.0");
  const index = JSON.parse(readFileSync(join(path, "index.json"), "utf8"));
  Object.assign(index.manifests[0].annotations, entry);
  writeFileSync(join(path, "index.json"), JSON.stringify(index));
  return path;
}

const at = (location: string): LocatedTarget => ({ how: "layout", location });
const basesOf = (location: string, image: Image) => {
  const judged = manifestInLayout(at(location), scanned(image));
  return "unknown" in judged ? undefined : judged.annotations.find((each) => each[NAME] ?? each[DIGEST]);
};

describe("the manifest of a layout's image", () => {
  it("is named with the annotations of its base: its own, else those of its entry", () => {
    const own = buildImage([], { annotations: { [NAME]: "b" } });
    const other = buildImage([], { config: { Cmd: ["a"] } });
    expect(basesOf(layout("own", own, { [NAME]: "a" }), own)?.[NAME]).toBe("b");
    expect(basesOf(layout("entry", other, { [NAME]: "a", [DIGEST]: "d" }), other)).toMatchObject({
      [NAME]: "a",
      [DIGEST]: "d",
    });
  });

  it("is that of the tag that was asked for", () => {
    const path = layout("tag", alpine());
    const digest = alpine().descriptor.digest;
    expect(manifestInLayout(at(`${path}:1.0`), scanned(alpine()))).toMatchObject({ manifest: { digest } });
    expect(manifestInLayout(at(`${path}:2.0`), scanned(alpine()))).toHaveProperty("unknown");
  });

  it("stands beside the index that it is in, and all images of that", () => {
    const path = join(folder.path, "multi");
    const multi = multiArchitecture();
    writeLayout(path, multi, "1.0");
    expect(manifestInLayout(at(path), scanned(debian12()))).toMatchObject({
      manifest: { digest: debian12().descriptor.digest },
      index: {
        digest: multi.descriptor.digest,
        images: [
          { digest: debian12().descriptor.digest, platform: "linux/amd64" },
          { digest: arm64().descriptor.digest, platform: "linux/arm64/v8" },
        ],
      },
    });
  });

  it("is not named if it is another's, was changed, or is not there", () => {
    const path = layout("changed", alpine());
    expect(manifestInLayout(at(path), scanned(debian12()))).toHaveProperty("unknown");
    const file = join(path, "blobs", "sha256", alpine().descriptor.digest.slice(7));
    writeFileSync(file, ` ${readFileSync(file, "utf8")}`);
    expect(manifestInLayout(at(path), scanned(alpine()))).toHaveProperty("unknown");
    expect(manifestInLayout(at("/nothing"), scanned(alpine()))).toHaveProperty("unknown");
  });
});
