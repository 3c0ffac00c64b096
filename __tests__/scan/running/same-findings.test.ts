import { afterAll, beforeAll, expect, it } from "vitest";
import type { FoundImage } from "../../../src/domain/history/running.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import type { ScannedImages } from "../../../src/scan/running/index.ts";
import * as images from "../../support/images.ts";
import { type RunningBed, runningBed } from "./bed.ts";

// The promise of stored SBOMs: scanning one says what scanning its image says, field by field.

let bed: RunningBed;
beforeAll(async () => {
  bed = await runningBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const found = (reference: string): FoundImage => ({ reference, at: { source: "file:list", name: reference } });

/** Everything that a reader or a rule can see, in an order that does not matter. */
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

const IMAGES = {
  debian: images.debian12(),
  old: images.endOfLife(),
  alpine: images.alpine(),
  python: images.python({ withNopomJar: true }),
  node: images.node(),
  nothing: images.distroless(),
  hostile: images.hostile(),
};

/** What the advisories of the first day do not have. */
const UNPUBLISHED = [
  "CVE-2099-1001",
  "CVE-2099-2001",
  "CVE-2099-3001",
  "CVE-2099-4001",
  "CVE-2021-44228",
  "CVE-2099-5001",
];

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
  const image = await bed.run(all, { scanner: today, sbomOf: undefined });
  expect(resultsOf(sbom).map(seen)).toEqual(resultsOf(image).map(seen));
  const counts = resultsOf(sbom).map(({ findings }) => findings.length);
  expect(counts.map((count) => count > 0)).toEqual([true, true, true, true, true, false, true]);
}, 120_000);
