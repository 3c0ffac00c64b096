import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { evidenceOf } from "../../../src/actions/sign/evidence.ts";
import { sha256OfBytes } from "../../../src/system/store/hashing.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";
import { verdictFor } from "../../support/runs/verdicts.ts";

let folder: TemporaryFolder;
let world: TestWorld;
let run: string;
beforeEach(() => {
  folder = temporaryFolder("evidence");
  world = testWorld(folder.path);
  run = join(world.temp, "image-gate-1");
  mkdirSync(run);
});
afterEach(() => folder.remove());

const IMAGE = `ghcr.io/acme/app@sha256:${"1".repeat(64)}`;
const hash = (text: string) => sha256OfBytes(Buffer.from(text));
const file = (name: string, text: string) => {
  writeFileSync(join(run, name), text);
  return { path: name, sha256: hash(text) };
};
const evidence = (files: Parameters<typeof evidenceOf>[1], report = join(run, "report.json")) =>
  evidenceOf(verdictFor(IMAGE), files, report, world);
const refused = (files: Parameters<typeof evidenceOf>[1]) => {
  try {
    return evidence(files);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("the evidence of an image", () => {
  it("is the scanner's report, its SBOM and the verdict, which comes last", () => {
    const found = evidence({ scannerReport: file("trivy.json", '{"a":1}'), cyclonedx: file("sbom.json", '{"b":2}') });
    expect(found.map(({ kind }) => kind)).toEqual(["vulnerabilities", "sbom", "verdict"]);
    expect(JSON.parse(found[0]?.predicate ?? "").scanner).toMatchObject({
      uri: "pkg:github/aquasecurity/trivy@0.76.0",
      result: { a: 1 },
    });
    expect(found[1]?.predicate).toBe('{"b":2}');
  });

  it.each([
    ["Grype", "pkg:github/anchore/grype@1.2.3"],
    ["Keys & more", "pkg:generic/keys%20%26%20more@1.2.3"],
  ])("names the scanner that judged, not another: %s", (name, uri) => {
    const predicate = { ...verdictFor(IMAGE), scanner: { name, version: "1.2.3" } };
    const [found] = evidenceOf(predicate, { scannerReport: file("r.json", "{}") }, join(run, "report.json"), world);
    expect(JSON.parse(found?.predicate ?? "").scanner).toMatchObject({ uri, version: "1.2.3" });
  });

  it("has no SBOM if the gate wrote none", () => {
    expect(evidence({ scannerReport: file("trivy.json", "{}") }).map(({ kind }) => kind)).not.toContain("sbom");
  });

  it("is refused without the scanner's report, or with another than the report says", () => {
    expect(refused({})).toBe("evidence-missing");
    expect(refused({ scannerReport: { path: "nope.json", sha256: hash("") } })).toBe("evidence-missing");
    const { path } = file("trivy.json", "{}");
    expect(refused({ scannerReport: { path, sha256: hash("{ }") } })).toBe("evidence-changed");
  });

  it("is refused if it is larger than Cosign reads, without being read", () => {
    const { path, sha256 } = file("trivy.json", "{}");
    truncateSync(join(run, path), 90 * 1024 * 1024 + 1);
    expect(refused({ scannerReport: { path, sha256 } })).toBe("file-too-large");
  });

  it("is read only from the workspace and RUNNER_TEMP, whatever path or link leads out", () => {
    const outside = join(folder.path, "secret.json");
    writeFileSync(outside, "{}");
    symlinkSync(outside, join(run, "linked.json"));
    for (const path of [outside, "../../secret.json", "linked.json"])
      expect(refused({ scannerReport: { path, sha256: hash("{}") } }), path).toBe("evidence-missing");
  });
});
