import { expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { parse } from "../../../../src/scanners/trivy/report/document.ts";
import { toScanResult } from "../../../../src/scanners/trivy/report/report.ts";

const target: Target = { kind: "image", input: "app", label: "app" };
const read = (metadata: unknown) =>
  toScanResult(
    parse(
      JSON.stringify({ SchemaVersion: 2, ArtifactName: "app", ArtifactType: "container_image", Metadata: metadata }),
    ),
    target,
  );

const IMAGE = {
  Size: 1_000,
  DiffIDs: ["sha256:a", "sha256:b"],
  ImageConfig: {
    created: "2026-01-02T03:04:05Z",
    history: [
      { created_by: "ADD x / # buildkit" },
      { created_by: "CMD x", empty_layer: true },
      { created_by: "COPY . ." },
    ],
    config: { Labels: { "org.opencontainers.image.base.name": "python", "org.opencontainers.image.base.digest": "d" } },
  },
};

it("an image tells of its base by labels and history, of its size and when it was made", () => {
  const { build, artifact } = read(IMAGE);
  expect(build).toEqual({
    baseName: "python",
    baseDigest: "d",
    baseLayers: 1,
    instructions: ["ADD x /", "COPY . ."],
  });
  expect(artifact).toMatchObject({ size: 1_000, createdAt: "2026-01-02T03:04:05Z" });
});

it.each([null, "text", { Labels: 1 }, { Labels: { a: 1 } }])("labels of a wrong type are ignored: %j", (config) => {
  const { build } = read({ ...IMAGE, ImageConfig: { ...IMAGE.ImageConfig, config } });
  expect(build).toMatchObject({ baseName: undefined, baseLayers: 1 });
});

it("what has no layers was built on nothing", () => {
  expect(read(undefined).build).toBeUndefined();
});
