import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../src/domain/finding.ts";
import type { RunningImage } from "../../src/domain/history/running.ts";
import { SEVERITIES } from "../../src/domain/severity.ts";
import type { InstalledPackage, ScanResult } from "../../src/domain/target.ts";
import { gatherShards } from "../../src/fleet/gather.ts";
import { makePlan, readPlan } from "../../src/fleet/shard-plan.ts";
import { writeShard } from "../../src/fleet/shard-report.ts";
import { targetOf } from "../../src/scan/running/index.ts";
import { writePieces } from "../../src/system/given-files.ts";
import { type Line, ratioLine } from "./line.ts";
import { inTurn, timeWork } from "./measure.ts";

const IMAGES = 1000;
const FINDINGS = 500;
const SHARDS = 8;
const SOURCES = [{ source: "kubernetes:deploy/*.yaml", images: IMAGES, notes: [] }];

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

function imageOf(at: number): RunningImage {
  const name = `ghcr.io/acme/app-${at}`;
  const where = [{ source: "kubernetes:deploy/*.yaml", name: `shop/deployment/app-${at}/app` }];
  return { name, reference: `${name}:1.0`, digest: sha256(name), where };
}

function packageOf(image: number, at: number): InstalledPackage {
  const name = `package-${image}-${at}`;
  const purl = `pkg:deb/debian/${name}@1.0.${at}?arch=amd64&distro=debian-12`;
  return {
    name,
    version: `1.0.${at}`,
    type: "debian",
    purl,
    system: true,
    diffId: sha256(`layer ${at % 5}`),
    id: name,
  };
}

function findingOf(image: number, at: number): Finding {
  const { name, version, type, purl } = packageOf(image, at % 200);
  return {
    kind: "vulnerability",
    id: `CVE-2098-${10_000 + at}`,
    severity: SEVERITIES[at % SEVERITIES.length] ?? "UNKNOWN",
    title: `${name}: a hole whose description is about as long as those that the databases have, number ${at}`,
    url: `https://avd.aquasec.com/nvd/cve-2098-${10_000 + at}`,
    package: { name, version, type, purl },
    fixedVersions: at % 3 === 0 ? [] : ["1.1.0"],
    status: at % 3 === 0 ? "affected" : "fixed",
    publishedAt: "2026-01-05T00:00:00Z",
    layer: { diffId: sha256(`layer ${at % 5}`), number: 1 + (at % 5), instruction: "RUN apt-get install" },
  };
}

function scanOf(image: number): ScanResult {
  return {
    artifact: { names: [], packages: 200 },
    packages: Array.from({ length: 200 }, (_, at) => packageOf(image, at)),
    layers: Array.from({ length: 5 }, (_, at) => sha256(`layer ${at}`)),
    findings: Array.from({ length: FINDINGS }, (_, at) => findingOf(image, at)),
    suppressed: 0,
    provenance: { scanner: "Trivy", scanners: ["vuln"], databaseUpdatedAt: "2026-01-05T00:00:00Z" },
  };
}

/** A merge up to the point where it can judge: the reports of eight shards, read, checked and put together. */
export async function fleetLines(folder: string): Promise<Line[]> {
  const images = Array.from({ length: IMAGES }, (_, at) => imageOf(at));
  const { bytes, digest } = makePlan({ images, errors: new Map() }, SOURCES, SHARDS);
  const plan = readPlan(bytes, digest);
  const reports = join(folder, "fleet");
  mkdirSync(reports, { recursive: true });
  const files = plan.shards.map((shard, at) => {
    const scanned = shard.images.map(({ image }) => {
      const scan = scanOf(images.findIndex(({ reference }) => reference === image.reference));
      return { image, outcome: { target: targetOf(image), scan }, way: "image" } as const;
    });
    const file = join(reports, `${at}.jsonl`);
    writePieces(file, writeShard(shard, { scanned, sboms: new Map(), notes: [] }, undefined));
    return file;
  });
  const world = { workspace: reports, temp: reports } as Parameters<typeof gatherShards>[3];
  const asked = { run: undefined, now: new Date("2026-01-06T00:00:00Z"), maxAgeMs: 3 * 24 * 60 * 60 * 1000 };
  const merge = () => {
    const { scanned } = gatherShards(readPlan(bytes, digest), "*.jsonl", asked, world);
    if (scanned.length !== IMAGES || scanned.some(({ outcome }) => "error" in outcome))
      throw new Error("the reports were not read");
  };
  const parse = () => {
    // As a merge does: what one shard has found stays until all are read.
    const all: unknown[] = [];
    for (const file of files)
      for (const each of readFileSync(file, "utf8").trimEnd().split("\n")) all.push(JSON.parse(each));
    if (all.length < 2 * IMAGES) throw new Error("the reports are not whole");
  };
  const compared = await inTurn(
    5,
    () => timeWork(merge),
    () => timeWork(parse),
  );
  return [
    ratioLine(
      "8 reports of 1,000 images × 500 findings, read and checked for a merge ÷ JSON.parse of them",
      compared,
      2,
    ),
  ];
}
