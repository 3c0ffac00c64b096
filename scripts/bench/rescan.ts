import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runningBed } from "../../__tests__/scan/running/bed.ts";
import { type Artifact, buildImage } from "../../__tests__/support/images/oci.ts";
import { type DebianPackage, debianBase, npmPackage, pythonPackage } from "../../__tests__/support/images/packages.ts";
import { type ScannedImages, scanRunning } from "../../src/scan/running/index.ts";
import { type Line, ratioLine } from "./line.ts";
import { costOf, inTurn } from "./measure.ts";

const IMAGES = 100;
/** So many images share each base. */
const ON_ONE_BASE = 10;
/** The genuine images of `npm run real` have 19 to 350 MB unpacked, and 10 to 160 MB packed. */
const UNPACKED_MB = 60;
const PACKED_MB = 5;

const incompressible = (folder: string, megabytes: number) =>
  Array.from({ length: megabytes }, (_, at) => ({ path: `${folder}/${at}.so`, data: randomBytes(1_000_000) }));
const text = Buffer.alloc(20_000, "the same line of a file that hardly takes room if it is packed\n");
const compressible = (folder: string, megabytes: number) =>
  Array.from({ length: megabytes * 50 }, (_, at) => ({ path: `${folder}/${at % 40}/${at}.txt`, data: text }));

/** Services with what is in genuine ones: a system's packages, their own packages, many files. */
function* images(): Generator<Artifact> {
  const bases = Array.from({ length: IMAGES / ON_ONE_BASE }, (_, base) => {
    const packages = Array.from({ length: 120 }, (_, at): DebianPackage => [`base-${base}-${at}`, "1.0-1"]);
    const vulnerable: DebianPackage[] = [
      ["openssl", "3.0.14-1~deb12u1"],
      ["bash", "5.2.15-2"],
    ];
    const files = [...debianBase([...packages, ...vulnerable]), ...incompressible("usr/lib/x", 8)];
    return { createdBy: "ADD rootfs.tar / ", files };
  });
  for (let at = 0; at < IMAGES; at++) {
    const modules = Array.from({ length: 60 }, (_, module) => npmPackage(`module-${at}-${module}`, "1.0.0"));
    const own = [npmPackage("lodash", "4.17.20"), pythonPackage("requests", "2.31.0"), ...modules];
    const files = [...own, ...incompressible("app", PACKED_MB), ...compressible("app/texts", UNPACKED_MB)];
    const base = bases[at % bases.length] ?? { createdBy: "", files: [] };
    // Without its unpacked layers: they would fill the memory.
    const { descriptor, blobs } = buildImage([base, { createdBy: "COPY . /app ", files }]);
    yield { descriptor, blobs };
  }
}

/** The result of a scan, apart from when and how it was made. */
function findingsOf({ scanned }: ScannedImages): string {
  return JSON.stringify(
    scanned.map(({ outcome }) => {
      if ("error" in outcome) throw new Error(outcome.error.what);
      return outcome.scan.findings.map((each) => JSON.stringify(each)).sort();
    }),
  );
}

/** A week's run over digests that are known, against one that reads each image from its registry. */
export async function* rescanLines(): AsyncGenerator<Line> {
  await using bed = await runningBed();
  const tags = [...images()].map((image, at) => {
    bed.registry.add(`acme/service-${at}`, "1.0", image);
    const reference = `${bed.registry.host}/acme/service-${at}:1.0`;
    return { reference, at: { source: "file:list", name: reference } };
  });
  const scanner = await bed.usual();
  const run = async (sbomOf?: (digest: string) => Buffer | undefined) => {
    const runFolder = mkdtempSync(join(bed.world.temp, "bench-"));
    const scanning = { scanner, sbomOf, progress: () => "" };
    const resolved = await bed.resolve(tags);
    let scans: ScannedImages | undefined;
    const cost = await costOf(async () => {
      scans = await scanRunning(resolved, scanning, { ...bed.world, runFolder });
    });
    rmSync(runFolder, { recursive: true, force: true });
    if (scans === undefined) throw new Error("There should be scans.");
    return { scans, cost };
  };
  const first = await run(() => undefined);
  const stored = first.scans.sboms;
  if (stored.size !== IMAGES) throw new Error("There should be an SBOM of each image.");
  const week = async () => {
    const { scans, cost } = await run((digest) => stored.get(digest));
    if (scans.scanned.some(({ way }) => way !== "sbom")) throw new Error("Each SBOM should be used.");
    if (findingsOf(scans) !== findingsOf(first.scans)) throw new Error("The findings should be the same.");
    return cost;
  };
  const compared = await inTurn(3, week, async () => (await run()).cost);
  yield* [ratioLine("100 known digests by their SBOMs ÷ from their registry", compared, 0.25)];
}
