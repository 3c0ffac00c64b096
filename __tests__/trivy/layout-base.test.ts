import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { baseInLayout } from "../../src/trivy/layout-base.ts";
import { temporaryFolder } from "../support/folder.ts";
import { alpine, multiArchitecture } from "../support/images.ts";
import { writeLayout } from "../support/oci.ts";

const folder = temporaryFolder("layout-base");
afterAll(() => folder.remove());

const NAME = "org.opencontainers.image.base.name";
const DIGEST = "org.opencontainers.image.base.digest";

/** A layout of an image, with annotations of its entry in the index and of its manifest. */
function layout(name: string, entry: Record<string, string>, own: Record<string, string> = {}): string {
  const path = join(folder.path, name);
  const image = alpine();
  writeLayout(path, image, "1.0");
  const index = JSON.parse(readFileSync(join(path, "index.json"), "utf8"));
  Object.assign(index.manifests[0].annotations, entry);
  writeFileSync(join(path, "index.json"), JSON.stringify(index));
  const manifest = join(path, "blobs", "sha256", image.descriptor.digest.slice(7));
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), annotations: own }));
  return path;
}

describe("the base that a layout's image names", () => {
  it("stands in its manifest, else in its entry in the index", () => {
    expect(baseInLayout(layout("entry", { [NAME]: "a", [DIGEST]: "d" }))).toEqual({ name: "a", digest: "d" });
    expect(baseInLayout(layout("own", { [NAME]: "a" }, { [NAME]: "b" })).name).toBe("b");
  });

  it("is that of the tag that was asked for", () => {
    const path = layout("tag", { [NAME]: "a" });
    expect(baseInLayout(`${path}:1.0`).name).toBe("a");
    expect(baseInLayout(`${path}:2.0`).name).toBeUndefined();
  });

  it("is not there where no annotation names one, or there is no layout", () => {
    const path = join(folder.path, "multi");
    writeLayout(path, multiArchitecture(), "1.0");
    for (const location of [path, join(folder.path, "nothing")])
      expect(baseInLayout(location)).toEqual({ name: undefined, digest: undefined });
  });
});
