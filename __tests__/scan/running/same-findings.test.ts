import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FoundImage } from "../../../src/domain/history/running.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import type { ScannedImages } from "../../../src/scan/running/index.ts";
import * as images from "../../support/images/images.ts";
import { buildImage } from "../../support/images/oci.ts";
import { apkStanza, debianBase, npmPackage, osRelease, phpPackage } from "../../support/images/packages.ts";
import { contentManifest, redHatBase } from "../../support/images/rpm.ts";
import type { TarEntry } from "../../support/images/tar.ts";
import { hostileTexts } from "../../support/runs/hostile.ts";
import { type RunningBed, runningBed } from "./bed.ts";

// The promise of stored SBOMs: a scan of the SBOM has the same result as a scan of its image, field by field.

let bed: RunningBed;
beforeAll(async () => {
  bed = await runningBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const found = (reference: string): FoundImage => ({ reference, at: { source: "file:list", name: reference } });

/** Everything that a reader or a rule can see, in a canonical order. */
function seen({ findings, packages, provenance, ...rest }: ScanResult) {
  const { source: _source, scannedAt: _at, ...made } = provenance;
  const plain: unknown = JSON.parse(JSON.stringify({ ...rest, made, packages: packages.map(withoutFiles) }));
  return { plain, findings: findings.map((each) => JSON.stringify(each)).sort() };
}

function withoutFiles({ ...each }: object): object {
  return { ...each, installedFiles: undefined };
}

function resultsOf({ scanned }: ScannedImages): ScanResult[] {
  return scanned.map(({ outcome }) => ("scan" in outcome ? outcome.scan : expect.unreachable(JSON.stringify(outcome))));
}

const layers = (...files: readonly (readonly TarEntry[])[]) =>
  buildImage(files.map((each, index) => ({ createdBy: `COPY ${index} /`, files: each })));

const OWNED = "usr/share/lib/vendor/composer/installed.json";

const FOREIGN =
  "Package: bash\nStatus: install ok installed\nMaintainer: NVIDIA <cuda@nvidia.com>\nArchitecture: amd64\nVersion: 5.2.15-2\n";

/** One of Debian's packages comes from elsewhere; the same package is in several places. */
const places = layers(
  [
    ...debianBase([["openssl", "3.0.14-1~deb12u1"]]).map((each) =>
      each.path.endsWith("status") ? { ...each, data: `${each.data}${FOREIGN}` } : each,
    ),
  ],
  // The same package in two places, in one layer and in another, and in two versions.
  [npmPackage("lodash", "4.17.20", "a/node_modules"), npmPackage("lodash", "4.17.20", "b/node_modules")],
  [npmPackage("lodash", "4.17.20", "c/node_modules"), npmPackage("lodash", "4.17.19", "d/node_modules")],
  [phpPackage("acme/x", "1.0.0", "one"), phpPackage("acme/y", "1.0.0", "two")],
);

const alpineOf = (release: string) =>
  layers([
    osRelease("alpine", "3.22.0", "Alpine Linux v3.22"),
    { path: "etc/alpine-release", data: "3.22.0\n" },
    { path: "etc/apk/repositories", data: `https://dl-cdn.alpinelinux.org/alpine/${release}/main\n` },
    { path: "lib/apk/db/installed", data: `${apkStanza("libssl3", "3.5.0-r0", "openssl")}\n` },
  ]);
/**
 * A system's package owns a file of another ecosystem. Trivy leaves such files out if they are in the layer of the
 * list.
 */
const owned = layers(
  [
    osRelease("alpine", "3.22.0", "Alpine Linux v3.22"),
    { path: "etc/alpine-release", data: "3.22.0\n" },
    {
      path: "lib/apk/db/installed",
      data: `${apkStanza("php-lib", "1.0.0-r0", "php-lib").trimEnd()}\nF:usr\nF:${OWNED.replace(/\/[^/]*$/, "")}\nR:installed.json\nR:other\n\n`,
    },
  ],
  [phpPackage(hostileTexts.link, "1.0.0", "usr/share/lib")],
);
const redHat = (...more: readonly TarEntry[]) => layers([...redHatBase([["bash", "5.1.8", "6.el9"]]), ...more]);

const IMAGES = {
  owned,
  places,
  repository: alpineOf("v3.22"),
  rhel: redHat(),
  debian: images.debian12(),
  old: images.endOfLife(),
  alpine: images.alpine(),
  python: images.python({ withNopomJar: true }),
  node: images.node(),
  nothing: images.distroless(),
  hostile: images.hostile(),
};

/** Advisories that are missing on the first day. */
const UNPUBLISHED = [
  "CVE-2099-1001",
  "CVE-2099-2001",
  "CVE-2099-3001",
  "CVE-2099-4001",
  "CVE-2021-44228",
  "CVE-2099-5001",
];

// Proves: stored-sbom-digest-s
it("a stored SBOM says the same as its image, also with the advisories of another day", async () => {
  const all = Object.entries(IMAGES).map(([name, image]) => {
    bed.registry.add(name, "1.0", image);
    return found(`${bed.registry.host}/${name}:1.0`);
  });
  const earlier = await bed.scanner({}, { without: UNPUBLISHED });
  const first = await bed.run(all, { scanner: earlier });
  expect(first.scanned.map(({ way }) => way)).toEqual(all.map(() => "image"));
  expect([bed.world.lines.filter((line) => line.includes("No SBOM")), first.sboms.size]).toEqual([[], all.length]);
  const today = await bed.scanner();
  const sbom = await bed.run(all, { scanner: today });
  expect(sbom.notes).toEqual([]);
  expect(sbom.scanned.map(({ way }) => way)).toEqual(all.map(() => "sbom"));
  // One start of Trivy scans the images of one system.
  expect(bed.world.lines.filter((line) => /^group: Trivy: [2-9] images, by SBOM$/.test(line))).not.toEqual([]);
  // It has the owner of a file, and not the list of all its owner's files.
  expect(gunzipSync(bed.stored.get(owned.descriptor.digest) as Buffer).includes("vendor/composer/other")).toBe(false);
  const owners = resultsOf(sbom).flatMap(({ findings }) => findings.filter(({ path }) => path === OWNED));
  expect(owners[0]?.owner).toEqual({ ecosystem: "Alpine", name: "php-lib", version: "1.0.0-r0" });
  const image = await bed.run(all, { scanner: today, sbomOf: undefined });
  expect(resultsOf(sbom).map(seen)).toEqual(resultsOf(image).map(seen));
  const counts = resultsOf(sbom).map(({ findings }) => findings.length);
  expect(counts.map((count) => count > 0)).toEqual(Object.keys(IMAGES).map((name) => name !== "nothing"));
}, 600_000);

// Proves: stored-sbom-digest-s
it("an image that is matched by what no SBOM has is read each time, and why is reported", async () => {
  const others = {
    edge: alpineOf("v3.21"),
    product: redHat(contentManifest("rhel-9-for-x86_64-baseos-rpms")),
  };
  const all = Object.entries(others).map(([name, image]) => {
    bed.registry.add(name, "1.0", image);
    return found(`${bed.registry.host}/${name}:1.0`);
  });
  const result = await bed.run(all);
  expect([result.scanned.map(({ way }) => way), result.sboms.size]).toEqual([["image", "image"], 0]);
  // Images are scanned at the same time, so either may be reported first.
  const reasons = bed.world.lines.filter((line) => line.includes("No SBOM")).map((line) => line.split(": ").at(-1));
  expect(reasons.toSorted()).toEqual([
    "its packages are matched by their Red Hat product.",
    "its packages are matched by their repository, 3.21.",
  ]);
});

it("packages from elsewhere are not matched, and each place of a package is its own", async () => {
  bed.registry.add("places", "1.0", places);
  const reference = found(`${bed.registry.host}/places:1.0`);
  await bed.run([reference]);
  const { scanned } = await bed.run([reference]);
  const [scan] = resultsOf({ scanned, sboms: new Map(), notes: [] });
  expect(scanned.map(({ way }) => way)).toEqual(["sbom"]);
  expect(scan?.packages.filter(({ thirdParty }) => thirdParty).map(({ name }) => name)).toEqual(["bash"]);
  expect(scan?.findings.filter((each) => each.package?.name === "bash")).toEqual([]);
  const lodash = scan?.findings.filter((each) => each.package?.name === "lodash");
  expect(lodash?.map(({ path, layer }) => [path, layer?.number]).sort()).toEqual([
    ["a/node_modules/lodash/package.json", 2],
    ["b/node_modules/lodash/package.json", 2],
    ["c/node_modules/lodash/package.json", 3],
    ["d/node_modules/lodash/package.json", 3],
  ]);
});

it("a version that cannot be compared is one image's gap, and not its neighbour's", async () => {
  const odd = layers(debianBase([]), [npmPackage("lodash", "main")]);
  bed.registry.add("odd", "1.0", odd);
  bed.registry.add("even", "1.0", images.node());
  const both = ["odd", "even"].map((name) => found(`${bed.registry.host}/${name}:1.0`));
  const image = await bed.run(both);
  bed.world.lines.length = 0;
  const sbom = await bed.run(both, { machine: { cores: 1, memory: 8e9 } });
  expect(sbom.scanned.map(({ way }) => way)).toEqual(["sbom", "sbom"]);
  expect(bed.world.lines.filter((line) => line.startsWith("group: Trivy"))).toHaveLength(3);
  const gaps = resultsOf(sbom).map(({ coverage }) => coverage?.gaps.map(({ code }) => code));
  expect(gaps).toEqual([["versions-unreadable"], []]);
  expect(resultsOf(sbom).map(seen)).toEqual(resultsOf(image).map(seen));
});
