import { describe, expect, it } from "vitest";
import { type ImageNaming, nameReport } from "../../../../src/scanners/trivy/report/naming.ts";

const FOLDER = "/tmp/run/images/store/image-1";
const NAME = "ghcr.io/acme/app:1.0";
const DIGEST = `ghcr.io/acme/app@sha256:${"d".repeat(64)}`;
const naming: ImageNaming = { name: NAME, repoTags: [NAME], repoDigests: [DIGEST], digests: new Map() };
const id = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A report by its image's names, as JSON has it. */
function named(report: unknown, names: ImageNaming): unknown {
  const copy: unknown = structuredClone(report);
  nameReport(copy, names);
  return JSON.parse(JSON.stringify(copy));
}

describe("a report of an image that Trivy got as a folder", () => {
  const value = {
    SchemaVersion: 2,
    ArtifactName: FOLDER,
    ArtifactType: "container_image",
    Metadata: {
      Size: 1,
      ImageID: "sha256:1",
      RepoTags: ["x:1"],
      Reference: FOLDER,
      ImageConfig: { architecture: "amd64" },
      Layers: [],
    },
    Results: [
      { Target: `${FOLDER} (debian 12.8)`, Class: "os-pkgs" },
      { Target: "Python", Class: "lang-pkgs" },
      { Target: `${FOLDER} (debian 12.8)`, Class: "lang-pkgs" },
      { Target: `${FOLDER}/app`, Class: "os-pkgs" },
      { Target: FOLDER, Class: "config" },
      { Class: "license" },
      null,
    ],
  };

  // One of Trivy's ids, which it derives from the folder's name.
  const { Reference: _reference, ...metadata } = value.Metadata;

  it("has the image's names, and only what is named after the artifact gets another target", () => {
    expect(named(value, naming)).toEqual({
      ...value,
      ArtifactName: NAME,
      Metadata: { ...metadata, RepoTags: [NAME], RepoDigests: [DIGEST] },
      Results: [
        { Target: `${NAME} (debian 12.8)`, Class: "os-pkgs" },
        ...value.Results.slice(1, 4),
        { Target: NAME, Class: "config" },
        ...value.Results.slice(5),
      ],
    });
  });

  it("of a file has no names but the file's", () => {
    const { RepoTags: _tags, ...others } = metadata;
    const file = { ...naming, name: "app.tar", repoTags: [], repoDigests: [] };
    expect(named(value, file)).toMatchObject({ ArtifactName: "app.tar" });
    expect((named(value, file) as typeof value).Metadata).toEqual(others);
  });

  it("need not be one", () => {
    for (const other of [null, [], "x", {}, { Metadata: [], Results: {} }])
      expect(() => named(other, naming)).not.toThrow();
  });
});

describe("a layer's digest", () => {
  const layer = { Digest: id("a"), DiffID: id("a") };
  const value = {
    ArtifactName: NAME,
    Metadata: { DiffIDs: [id("a")], Layers: [{ Size: 1, ...layer }] },
    Results: [
      {
        Packages: [{ Layer: layer }, { Layer: { Digest: id("b"), DiffID: id("b") }, Name: "x" }],
        Vulnerabilities: [{ Layer: layer, Title: `"Digest": "${id("a")}"` }],
        ExperimentalModifiedFindings: [{ Finding: { Layer: layer } }],
        CustomResources: [{ Layer: layer }],
      },
    ],
  };

  it.each([
    ["is as it is stored", { digests: new Map([[id("a"), id("1")]]) }, { Digest: id("1"), DiffID: id("a") }],
    [
      "is left out where Trivy would have none",
      { digests: new Map(), withoutDigest: new Set([id("a")]) },
      { DiffID: id("a") },
    ],
  ])("%s, wherever a report has one, and nothing else is changed", (_, digests, stored) => {
    const { Metadata, Results } = named(value, {
      ...naming,
      repoTags: [],
      repoDigests: [],
      ...digests,
    }) as typeof value;
    expect(Metadata).toEqual({ ...value.Metadata, Layers: [{ Size: 1, ...stored }] });
    expect(Results).toEqual([
      {
        Packages: [{ Layer: stored }, value.Results[0]?.Packages[1]],
        Vulnerabilities: [{ ...value.Results[0]?.Vulnerabilities[0], Layer: stored }],
        ExperimentalModifiedFindings: [{ Finding: { Layer: stored } }],
        CustomResources: [{ Layer: stored }],
      },
    ]);
  });
});
