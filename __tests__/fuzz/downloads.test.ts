import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect } from "vitest";
import { baselineIn } from "../../src/baseline/read-file.ts";
import { BadContents, readEpss, readKev } from "../../src/enrichment/exploits/feeds.ts";
import { renderReport } from "../../src/render/json/report.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { fileInZip, ZipFault } from "../../src/supply/zip.ts";
import { makeFinding, scanned } from "../domain/make.ts";
import { whole } from "../render/facts.ts";
import { SAMPLES } from "../render/samples.ts";
import { epssText, kevFile } from "../support/databases/exploit-sources.ts";
import { zip } from "../support/images/zip.ts";
import { fuzz, read } from "../support/runs/fuzz.ts";
import { changedDocument, damaged } from "../support/runs/mutations.ts";

const NOW = new Date("2026-11-24T15:00:00Z");

/** A reader's own kind of refusal; anything else that it throws fails the property. */
async function refusal(kind: new (message: string) => Error, reader: () => unknown): Promise<string | undefined> {
  try {
    await reader();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(kind);
    return (error as Error).message;
  }
}

const archive = zip({ "report.json": '{"version": 1}' });
// Proves: reader-ends-value-code
fuzz(
  "a damaged zip has its one member, or is refused; it is never unpacked beyond its limit",
  damaged([archive], ["PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006"]),
  async (bytes) => {
    let member: Buffer = Buffer.alloc(0);
    await refusal(ZipFault, () => {
      member = fileInZip(bytes, { name: "report.json", maxBytes: 4096, isOnly: true });
    });
    expect(member.length).toBeLessThanOrEqual(4096);
  },
);

const own = JSON.parse(whole(renderReport((SAMPLES.fail as () => Parameters<typeof renderReport>[0])())));
const cycloneDx = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  metadata: { timestamp: "2026-11-24T10:00:00Z", component: { type: "container", name: "app:1" } },
  components: [{ type: "library", name: "a", purl: "pkg:deb/debian/a@1?arch=amd64", properties: [{ name: "x" }] }],
};
const trivys = {
  SchemaVersion: 2,
  ArtifactName: "app:1",
  ArtifactType: "container_image",
  Results: [{ Target: "a", Class: "os-pkgs", Type: "debian", Packages: [{ Name: "a", Version: "1" }] }],
};
const [judged] = [scanned([makeFinding()], "ghcr.io/acme/app:1.4.2")];

// Proves: reader-ends-value-code
fuzz(
  "a damaged baseline is one, or is refused",
  fc.oneof(
    changedDocument([own, cycloneDx, trivys]).map((value) => Buffer.from(JSON.stringify(value))),
    damaged([JSON.stringify(own), JSON.stringify(cycloneDx), JSON.stringify(trivys)]),
  ),
  async (bytes) => {
    const result = await read(() => {
      if (judged === undefined || !("scan" in judged)) throw new TypeError("the test has no scan");
      return baselineIn(bytes, "./base.json", [trivyReports])(judged);
    });
    if ("refused" in result) expect(result.refused.code).toMatch(/^baseline-/);
  },
);

const kev = kevFile([{ id: "CVE-2021-44228" }], "2026-11-23");
const epss = Buffer.from(epssText({ "CVE-2021-44228": 0.9 }, "2026-11-24T00:00:00Z"));
const ids = new Set(["CVE-2021-44228"]);

fuzz(
  "damaged data of exploitation are read or refused",
  fc.oneof(
    damaged([kev, gzipSync(kev)]).map((bytes) => [readKev, bytes] as const),
    damaged([epss, gzipSync(epss, { level: 1 })], [",", "\n", "CVE-2021-44228,0.9,0.9\n", "e-5", "#"]).map(
      (bytes) => [readEpss, bytes] as const,
    ),
  ),
  async ([reader, bytes]) => {
    const why = await refusal(BadContents, async () => {
      const contents = await reader(bytes, NOW);
      const score = contents.about(ids).get("CVE-2021-44228");
      if (typeof score === "number") expect(score >= 0 && score <= 1).toBe(true);
    });
    expect(why ?? "").not.toMatch(/undefined|\[object /);
  },
  { leastRuns: 20 },
);
