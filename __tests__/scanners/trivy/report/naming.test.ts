import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { cutDocument, wholeDocument } from "../../../../src/scanners/trivy/report/document.ts";
import {
  type ImageNaming,
  namedDocument,
  namedReport,
  restoreDigests,
} from "../../../../src/scanners/trivy/report/naming.ts";
import { ReportFile } from "../../../../src/scanners/trivy/report/report-file.ts";
import { sanitized, writeNamed } from "../../../../src/scanners/trivy/report/sanitize.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { goJson, report, SECRET } from "../reports.ts";

const folder = temporaryFolder("naming");
afterAll(() => folder.remove());

const FOLDER = "/tmp/run/images/store/image-1";
const naming: ImageNaming = {
  name: "ghcr.io/acme/app:1.0",
  repoTags: ["ghcr.io/acme/app:1.0"],
  repoDigests: [`ghcr.io/acme/app@sha256:${"d".repeat(64)}`],
  digests: new Map(),
};

/**
 * What is written for a report of Trivy's, by names and without what must not leave the job.
 * @param window bytes that are read at a time
 */
function written(bytes: Buffer, names: ImageNaming, window?: number): string {
  const [raw, file] = [join(folder.path, "raw.json"), join(folder.path, "report.json")];
  writeFileSync(raw, bytes);
  using source = new ReportFile(raw, (part) => restoreDigests(part, names), window);
  const document = namedDocument(cutDocument(source) ?? wholeDocument(bytes.toString("utf8")), names);
  writeNamed({ raw, source, document, naming: names }, file, window);
  return readFileSync(file, "utf8");
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom('\n      "Target": "x"', '",\n  "'),
);
const names: fc.Arbitrary<ImageNaming> = fc.record({
  name: fc.oneof(
    text.filter((each) => each !== ""),
    fc.constantFrom("app:1", "/x.tar"),
  ),
  repoTags: fc.array(text, { maxLength: 2 }),
  repoDigests: fc.array(text, { maxLength: 2 }),
  digests: fc.constant(new Map<string, string>()),
});

/**
 * A report whose results are mostly named after the artifact, as Trivy names those of a system; some have no target.
 */
const named = (secrets: boolean) =>
  fc.tuple(report(secrets), fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 })).map(([value, kinds]) => {
    const { Results: results = [], ...rest } = value as { readonly Results?: readonly Record<string, unknown>[] };
    const targets = [FOLDER, `${FOLDER} (debian 12.8)`, `${FOLDER}/app`, undefined];
    return {
      ...rest,
      ArtifactName: FOLDER,
      Results: results.map((each, at) => {
        const kind = kinds[at] ?? 4;
        return kind === 4 ? each : { ...each, Target: targets[kind] };
      }),
    };
  });

describe("a report of an image that Trivy got as a folder", () => {
  it("is the same by its name, whether it is edited in place or written anew", () => {
    for (const secrets of [false, true])
      fc.assert(
        fc.property(named(secrets), names, fc.constantFrom(100, 1000, undefined), (value, own, window) => {
          const output = written(goJson(value), own, window);
          const expected = sanitized(namedReport(JSON.parse(JSON.stringify(value)), own));
          expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(expected)));
          if (secrets) expect(output).not.toContain(SECRET);
        }),
        { numRuns: 200 },
      );
  });

  it("is the same as a whole and in parts", () => {
    fc.assert(
      fc.property(named(false), names, (value, own) => {
        const bytes = goJson(value);
        const document = namedDocument(cutDocument(bytes) ?? wholeDocument(bytes.toString("utf8")), own);
        const whole = wholeDocument(JSON.stringify(namedReport(JSON.parse(bytes.toString()), own)));
        expect(document.head).toEqual(whole.head);
        expect(document.results.map(({ fields }) => fields)).toEqual(whole.results.map(({ fields }) => fields));
      }),
      { numRuns: 400 },
    );
  });

  it("has the names where Trivy writes them, and only what is named after the artifact gets another target", () => {
    const value = {
      SchemaVersion: 2,
      ArtifactName: FOLDER,
      ArtifactType: "container_image",
      Metadata: { Size: 1, ImageID: "sha256:1", RepoTags: ["x:1"], ImageConfig: { architecture: "amd64" }, Layers: [] },
      Results: [
        { Target: `${FOLDER} (debian 12.8)`, Class: "os-pkgs" },
        { Target: "Python", Class: "lang-pkgs" },
        { Target: `${FOLDER} (debian 12.8)`, Class: "lang-pkgs" },
        { Target: `${FOLDER}/app`, Class: "os-pkgs" },
        { Target: FOLDER, Class: "config" },
      ],
    };
    const { name, repoTags: RepoTags, repoDigests: RepoDigests } = naming;
    const output = written(goJson(value), naming);
    expect(JSON.parse(output)).toEqual({
      ...value,
      ArtifactName: name,
      Metadata: { ...value.Metadata, RepoTags, RepoDigests, Reference: name },
      Results: [
        { Target: `${name} (debian 12.8)`, Class: "os-pkgs" },
        ...value.Results.slice(1, 4),
        { Target: name, Class: "config" },
      ],
    });
    const keys = ["Size", "ImageID", "RepoTags", "RepoDigests", "Reference", "ImageConfig", "Layers"];
    expect(Object.keys(JSON.parse(output).Metadata)).toEqual(keys);
    const file = { ...naming, name: "app.tar", repoTags: [], repoDigests: [] };
    const ofFile = JSON.parse(written(goJson(value), file));
    expect(Object.keys(ofFile.Metadata)).toEqual(["Size", "ImageID", "ImageConfig", "Layers"]);
    expect(ofFile.ArtifactName).toBe("app.tar");
  });
});

describe("a layer's digest", () => {
  const id = (digit: string) => `sha256:${digit.repeat(64)}`;
  const digests = new Map([[id("a"), id("1")]]);

  it("is as it is stored, wherever a report has one, and nothing else is changed", () => {
    const layer = { Digest: id("a"), DiffID: id("a") };
    const value = {
      Metadata: { DiffIDs: [id("a")], Layers: [{ Size: 1, ...layer }] },
      Results: [{ Packages: [{ Layer: layer }, { Layer: { Digest: id("b"), DiffID: id("b") }, Name: "x" }] }],
      Text: `"Digest": "${id("a")}"`,
    };
    const bytes = goJson(value);
    restoreDigests(bytes, { digests });
    const stored = { Digest: id("1"), DiffID: id("a") };
    expect(JSON.parse(bytes.toString())).toEqual({
      ...value,
      Metadata: { ...value.Metadata, Layers: [{ Size: 1, ...stored }] },
      Results: [{ Packages: [{ Layer: stored }, value.Results[0]?.Packages[1]] }],
    });
  });

  it("at the very end of a report that is cut off is left alone", () => {
    const bytes = Buffer.from(`{"Digest": "${id("a")}`.slice(0, 30));
    const before = Buffer.from(bytes);
    restoreDigests(bytes, { digests });
    expect(bytes).toEqual(before);
  });
});
