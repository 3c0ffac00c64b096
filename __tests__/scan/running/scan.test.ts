import { readdirSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FoundImage } from "../../../src/domain/history/running.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import type { ScannedImages } from "../../../src/scan/running/index.ts";
import type { Scanner, ScanSession } from "../../../src/scanners/scanner.ts";
import * as images from "../../support/images/images.ts";
import { layerDigests } from "../../support/images/lying-images.ts";
import { buildImage, buildIndex } from "../../support/images/oci.ts";
import { debianBase } from "../../support/images/packages.ts";
import { startRegistry } from "../../support/registry/registry.ts";
import { type RunningBed, runningBed } from "./bed.ts";

let bed: RunningBed;
beforeAll(async () => {
  bed = await runningBed();
});
afterAll(() => bed[Symbol.asyncDispose]());
beforeEach(() => {
  bed.registry.add("acme/app", "1.0", images.debian12());
  bed.registry.clearFaults();
  bed.stored.clear();
  bed.world.lines.length = 0;
});

const app = () => `${bed.registry.host}/acme/app:1.0`;
const digest = images.debian12().descriptor.digest;
const found = (reference: string, more: Partial<FoundImage> = {}): FoundImage => ({
  reference,
  at: { source: "file:list", name: reference },
  ...more,
});
const ways = ({ scanned }: ScannedImages) => scanned.map(({ way }) => way);
const errorsOf = ({ scanned }: ScannedImages) =>
  scanned.map(({ outcome }) => ("error" in outcome ? outcome.error.code : undefined));
const findingsOf = ({ scanned }: ScannedImages) =>
  scanned.map(({ outcome }) => ("scan" in outcome ? outcome.scan.findings.length : undefined));
/** The stored SBOM with other facts. */
function changed(packed: Buffer, change: (facts: Record<string, unknown>) => void): Buffer {
  const document = JSON.parse(gunzipSync(packed).toString("utf8"));
  const property = document.metadata.properties.find(({ name }: { name: string }) => name === "image-gate:scan");
  const facts = JSON.parse(property.value);
  change(facts);
  property.value = JSON.stringify(facts);
  return gzipSync(JSON.stringify(document));
}

/** Rows of the packages in a stored SBOM's facts. */
function packagesIn(facts: Record<string, unknown>): { Name?: unknown; Identifier?: object; [key: string]: unknown }[] {
  const { report } = facts as { report: { Results: { Packages: ReturnType<typeof packagesIn> }[] } };
  return report.Results[0]?.Packages ?? [];
}

/** The same packed layer with this many bytes: its header has a comment (RFC 1952). */
function stretched(layer: Buffer, bytes: number): Buffer {
  const head = Buffer.from(layer.subarray(0, 10));
  head[3] = 16;
  return Buffer.concat([head, Buffer.alloc(bytes - layer.length - 1, "x"), Buffer.alloc(1), layer.subarray(10)]);
}

describe("a digest", () => {
  it("has an answer if other manifests have its configuration and its layers: plain, annotated, in an index", async () => {
    const steps = [{ createdBy: "ADD", files: debianBase([["openssl", "3.0.1-1"]]) }];
    const plain = buildImage(steps);
    bed.registry.add("acme/three", "plain", plain);
    bed.registry.add("acme/three", "annotated", buildImage(steps, { annotations: { made: "again" } }));
    bed.registry.add("acme/three", "index", buildIndex([plain]));
    const names = ["plain", "annotated", "index"].map((tag) => `${bed.registry.host}/acme/three:${tag}`);
    const result = await bed.run(names.map((name) => found(name)));
    expect(errorsOf(result)).toEqual([undefined, undefined, undefined]);
    expect(new Set(findingsOf(result)).size).toBe(1);
  });

  // Proves: one-image-scanned-once
  it("is scanned once under all its names and tags, and each keeps its own name for rules", async () => {
    bed.registry.add("acme/app", "stable", images.debian12());
    bed.registry.add("acme/other", "1.0", images.debian12());
    const names = [app(), `${bed.registry.host}/acme/app:stable`, `${bed.registry.host}/acme/other:1.0`];
    const result = await bed.run(names.map((name) => found(name)));
    expect(findingsOf(result)).toEqual([16, 16, 16]);
    expect(bed.world.lines.filter((line) => line.startsWith("group: Trivy"))).toHaveLength(2);
    const artifacts = result.scanned.map(({ outcome }) => "scan" in outcome && outcome.scan.artifact);
    expect(artifacts).toMatchObject(names.map((name) => ({ names: [name], digest, referenceDigest: digest })));
    expect([...result.sboms.keys()]).toEqual([digest]);
    expect(readdirSync(bed.world.runFolder).filter((name) => name.startsWith("running-"))).toEqual([]);
  });

  it("has a given report only under the names that the report has: under others it is scanned", async () => {
    bed.registry.add("acme/other", "1.0", images.debian12());
    const other = `${bed.registry.host}/acme/other:1.0`;
    const report: ScanResult = {
      artifact: { names: [other], packages: undefined },
      packages: [],
      layers: [],
      findings: [],
      suppressed: 0,
      provenance: { scanner: "Harbor" },
    };
    const session: ScanSession = { scan: async () => report };
    const scanner: Scanner = { name: "Harbor", session: () => session };
    const reported = { scanner, has: ({ reference }: { readonly reference: string }) => reference.includes("/other") };
    const result = await bed.run([found(app()), found(other)], { reported });
    expect([ways(result), findingsOf(result)]).toEqual([
      ["image", "report"],
      [16, 0],
    ]);
  });

  // Proves: what-runs-is-what-is-scanned
  it("is what is scanned, although the tag moves meanwhile", async () => {
    const resolved = await bed.resolve([found(app())]);
    bed.registry.add("acme/app", "1.0", images.clean());
    const scanner = await bed.usual();
    const { scanRunning } = await import("../../../src/scan/running/index.ts");
    const result = await scanRunning(resolved, { scanner, progress: () => "" }, bed.world);
    expect(findingsOf(result)).toEqual([16]);
  });

  // Proves: digest-bytes-gives-them
  it("that is gone from one name's repository is read from another's", async () => {
    bed.registry.add("acme/other", "1.0", images.debian12());
    const result = await bed.run([
      found(`${bed.registry.host}/acme/gone:1.0`, { digest }),
      found(`${bed.registry.host}/acme/other:1.0`, { digest }),
    ]);
    expect(findingsOf(result)).toEqual([16, 16]);
  });

  // Proves: bytes-come-first, digest-bytes-gives-them
  it("is its own bytes, anyone who gives them: other bytes under it are an error, and another's name for it is asked", async () => {
    await using stranger = await startRegistry();
    const own = images.debian12();
    const [layers, others] = [layerDigests(own), layerDigests(images.clean())];
    const wrong = layers.map((each, at): [string, Buffer] => [
      each,
      stretched(images.clean().blobs.get(others[at] ?? "") ?? Buffer.alloc(0), own.blobs.get(each)?.length ?? 0),
    ]);
    stranger.add("evil/app", "1", { ...own, blobs: new Map([...own.blobs, ...wrong]) });
    const evil = `${stranger.host}/evil/app@${digest}`;
    // A new run, since this one has already read these layers.
    await using together = await runningBed();
    together.registry.add("acme/app", "1.0", own);
    expect(errorsOf(await together.run([found(evil)]))).toEqual(["image-damaged"]);
    const both = await together.run([found(evil), found(`${together.registry.host}/acme/app:1.0`)]);
    expect(findingsOf(both)).toEqual([16, 16]);
    expect(findingsOf(await together.run([found(evil)]))).toEqual([16]);
  });

  // Proves: what-runs-is-what-is-scanned
  it("that no registry has is an error, and the others are scanned", async () => {
    const result = await bed.run([found(`${bed.registry.host}/acme/gone:1.0`, { digest }), found(app())]);
    expect([errorsOf(result), findingsOf(result)]).toEqual([
      [undefined, undefined],
      [16, 16],
    ]);
    const gone = `sha256:${"0".repeat(64)}`;
    const other = await bed.run([found(`${bed.registry.host}/acme/app:1.0`, { digest: gone }), found(app())]);
    expect(errorsOf(other)).toEqual(["image-not-found", undefined]);
    expect(bed.stored.has(gone)).toBe(false);
  });

  it("is each platform's own image if an index runs on two", async () => {
    bed.registry.add("acme/multi", "1.0", images.multiArchitecture());
    const multi = `${bed.registry.host}/acme/multi:1.0`;
    const both = [found(multi, { platform: "linux/amd64" }), found(multi, { platform: "linux/arm64" })];
    const first = await bed.run(both);
    const labels = first.scanned.map(({ outcome }) => outcome.target.label);
    expect(labels).toEqual([multi, `${multi} (linux/arm64)`]);
    const second = await bed.run(both);
    expect([ways(first), ways(second)]).toEqual([
      ["image", "image"],
      ["sbom", "sbom"],
    ]);
    expect(findingsOf(second)).toEqual(findingsOf(first));
    // Only one platform is known by the index's digest. Its SBOM names the platform.
    await bed.run([found(multi, { platform: "linux/amd64" })]);
    const other = await bed.run([found(multi, { platform: "linux/arm64" })]);
    expect([ways(other), other.notes]).toEqual([
      ["image"],
      [`The stored SBOM of ${multi} was not used: it is of linux/amd64.`],
    ]);
  });
});

describe("a stored SBOM", () => {
  it("is scanned without a request to the registry if the source names the digest", async () => {
    await bed.run([found(app())]);
    bed.registry.requests.length = 0;
    const result = await bed.run([found(app(), { digest })]);
    expect([ways(result), findingsOf(result), result.sboms.size]).toEqual([["sbom"], [16], 0]);
    expect(bed.registry.requests).toEqual([]);
  });

  it("needs no more of the registry than the manifest of a tag", async () => {
    await bed.run([found(app())]);
    bed.registry.requests.length = 0;
    await bed.run([found(app())]);
    expect(bed.registry.requests.map(({ path }) => path)).toEqual(["/v2/", "/v2/acme/app/manifests/1.0"]);
  });

  it("is not used, and not made, with a scanner that looks for more than vulnerabilities; this is reported once", async () => {
    await bed.run([found(app())]);
    const scanner = await bed.scanner({ scanners: ["vuln", "secret"] });
    bed.registry.add("acme/other", "1.0", images.alpine());
    const result = await bed.run([found(app()), found(`${bed.registry.host}/acme/other:1.0`)], { scanner });
    expect([ways(result), result.sboms.size]).toEqual([["image", "image"], 0]);
    expect(result.notes).toEqual([
      "No SBOM was used: an SBOM can only be searched for vulnerabilities, and `scanners` asks for more.",
    ]);
  });

  it("is neither used nor made if none is wanted", async () => {
    await bed.run([found(app())]);
    const result = await bed.run([found(app())], { sbomOf: undefined });
    expect([ways(result), result.sboms.size, result.notes]).toEqual([["image"], 0, []]);
  });

  // Proves: stored-sbom-digest-s
  it.each<[string, (packed: Buffer) => Buffer]>([
    [
      "it belongs to another digest",
      (packed) => changed(packed, (facts) => Object.assign(facts, { digest: `sha256:${"9".repeat(64)}` })),
    ],
    ...[2, 4].map((version): [string, (packed: Buffer) => Buffer] => [
      "another release of Image Gate has made it",
      (packed) => changed(packed, (facts) => Object.assign(facts, { version })),
    ]),
    ["it is damaged", (packed) => changed(packed, (facts) => Object.assign(facts, { heard: "nothing" }))],
    ["it was not made by Image Gate", (packed) => packed.subarray(0, packed.length / 2)],
    ["it was not made by Image Gate", () => gzipSync(Buffer.alloc(65 * 1024 * 1024))],
    ["it was not made by Image Gate", () => gzipSync('{"bomFormat":"CycloneDX"}')],
    [
      "Trivy does not read its package bash as in the image",
      (packed) =>
        changed(packed, (facts) => {
          const bash = packagesIn(facts).find(({ Name: name }) => name === "bash");
          Object.assign(bash?.Identifier ?? {}, { PURL: "bash" });
        }),
    ],
  ])("that does not fit is reported (%s), and the image is read and its SBOM made again", async (why, change) => {
    await bed.run([found(app())]);
    const whole = bed.stored.get(digest) as Buffer;
    bed.stored.set(digest, change(whole));
    const result = await bed.run([found(app())]);
    expect(result.notes).toEqual([`The stored SBOM of ${app()} was not used: ${why}.`]);
    expect([ways(result), findingsOf(result), result.sboms.has(digest)]).toEqual([["image"], [16], true]);
  });

  it("that another Trivy has made is replaced; if its image is gone, it is used and said", async () => {
    bed.version = "0.75.0";
    await bed.run([found(app())], { scanner: await bed.scanner() });
    bed.version = "0.76.0";
    const scanner = await bed.usual();
    const old = bed.stored.get(digest) as Buffer;
    const again = await bed.run([found(app())], { scanner });
    expect([ways(again), again.notes]).toEqual([
      ["image"],
      [`The stored SBOM of ${app()} was not used: Trivy 0.75.0 made it, and this run uses 0.76.0.`],
    ]);
    bed.stored.set(digest, old);
    bed.registry.fault(/blobs|manifests\/sha256/, { status: 404 });
    const gone = await bed.run([found(app(), { digest })], { scanner });
    expect([ways(gone), findingsOf(gone), gone.notes]).toEqual([
      ["sbom"],
      [16],
      [
        `The image of ${app()} could not be read, so its stored SBOM was used although Trivy 0.75.0 made it, and this run uses 0.76.0.`,
      ],
    ]);
  });

  it("that is very large is scanned by itself", async () => {
    bed.registry.add("acme/clean", "1.0", images.clean());
    const both = [found(app()), found(`${bed.registry.host}/acme/clean:1.0`)];
    await bed.run(both);
    const machine = { cores: 1, memory: 4 * 1024 ** 3 };
    const joined = () => bed.world.lines.splice(0).filter((line) => line.includes("Trivy: 2 images")).length;
    bed.world.lines.length = 0;
    expect([findingsOf(await bed.run(both, { machine })), joined()]).toEqual([[16, 0], 1]);
    const large = changed(bed.stored.get(digest) as Buffer, (facts) => {
      const packages = packagesIn(facts);
      const [first] = packages;
      for (let count = 0; count < 5_001; count++) {
        const name = `more-${count}`;
        const Identifier = { PURL: `pkg:deb/debian/${name}@1?distro=debian-12.8`, BOMRef: name };
        packages.push({ ...first, ID: name, Name: name, SrcName: name, Identifier });
      }
    });
    bed.stored.set(digest, large);
    const again = await bed.run(both, { machine });
    expect([findingsOf(again), ways(again), joined()]).toEqual([[16, 0], ["sbom", "sbom"], 0]);
  });

  it("that was made without some files is not used if they are wanted now", async () => {
    const less = await bed.scanner({ skipFiles: ["etc/x"] });
    await bed.run([found(app())], { scanner: less });
    const result = await bed.run([found(app())]);
    expect(result.notes).toEqual([
      `The stored SBOM of ${app()} was not used: it was made with other values of skip-dirs or skip-files.`,
    ]);
    expect(ways(result)).toEqual(["image"]);
  });

  it("keeps what could not be read when its image was scanned", async () => {
    const damaged = { path: "app/vendor/composer/installed.json", data: "{" };
    const broken = buildImage([{ createdBy: "COPY . .", files: [...debianBase([]), damaged] }]);
    bed.registry.add("acme/broken", "1.0", broken);
    const reference = `${bed.registry.host}/acme/broken:1.0`;
    const first = await bed.run([found(reference)]);
    const second = await bed.run([found(reference)]);
    const gaps = [first, second].map(({ scanned }) =>
      scanned.flatMap(({ outcome }) => ("scan" in outcome ? (outcome.scan.coverage?.gaps ?? []) : [])),
    );
    expect(ways(second)).toEqual(["sbom"]);
    expect(gaps[0]?.map(({ code }) => code)).toEqual(["packages-unreadable"]);
    expect(gaps[1]).toEqual(gaps[0]);
  });
});
