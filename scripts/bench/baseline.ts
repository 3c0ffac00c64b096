import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { testWorld } from "../../__tests__/scanners/trivy/world.ts";
import { buildImage } from "../../__tests__/support/images/oci.ts";
import { type DebianPackage, debianBase } from "../../__tests__/support/images/packages.ts";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { scanWith } from "../../__tests__/support/runs/scans.ts";
import { readInputs } from "../../src/actions/gate/inputs.ts";
import { matchBaseline } from "../../src/baseline/match.ts";
import type { StoredBaseline } from "../../src/baseline/stored-baseline.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, costOf, inTurn } from "./measure.ts";

const FILES = 3000;
const FILE_BYTES = 50_000;

/** Contents that pack to about half, as programs and libraries do. */
function contents(at: number): Buffer {
  const half = randomBytes(FILE_BYTES / 2);
  return Buffer.concat([half, Buffer.alloc(FILE_BYTES / 2, `a line of file ${at}\n`)]);
}

/** An image of 150 MB with the packages of a large Debian image. */
function image() {
  const packages = Array.from(
    { length: 400 },
    (_, at): DebianPackage => [`bulk-${String(at).padStart(4, "0")}-0`, "1.0-1"],
  );
  const files = Array.from({ length: FILES }, (_, at) => ({
    path: `app/lib/${at % 100}/${at}.so`,
    data: contents(at),
  }));
  return buildImage([
    { createdBy: "ADD rootfs.tar / ", files: debianBase(packages) },
    { createdBy: "COPY . /app ", files },
  ]);
}

/** Matching the packages of a stored report against scanning the image again, from a registry on this machine. */
export async function* baselineLines(folder: string): AsyncGenerator<Line> {
  await using bed = await startBed();
  bed.registry.add("acme/app", "main", image());
  const reference = `${bed.registry.host}/acme/app:main`;
  const world = testWorld(join(folder, "baseline"));
  const at = { ...world, toolCache: join(folder, "baseline-tools") };
  const given = Object.entries({ ...bed.inputs, image: reference, "image-source": "remote", cache: "false" });
  const inputs = readInputs(Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])));
  const trivy = { path: bed.inputs["trivy-binary"] ?? "", version: "0.76.0", origin: "given binary" } as const;
  const { outcomes, rescan, lookUp } = await scanWith(inputs, trivy, at);
  const [judged] = outcomes;
  if (judged === undefined || "error" in judged || rescan === undefined) throw new Error(JSON.stringify(judged));
  const { packages, artifact } = judged.scan;
  const source = { kind: "report", given: "baseline" } as const;
  const kinds = new Set(["vulnerability"] as const);
  const match = async (contents: StoredBaseline["contents"]): Promise<Cost> => {
    // Trivy remembers layers: each scan is the first of its run.
    rmSync(join(world.runFolder, "compared-cache/fanal"), { recursive: true, force: true });
    const baseline = { stored: { source, names: [], contents, kinds }, judged, name: "The baseline" };
    return costOf(() => matchBaseline(baseline, { rescan, lookUp }, at));
  };
  let scans = 0;
  // In its own session: within one, an image that was scanned is not read again.
  const scan = () => {
    const fresh = { ...testWorld(join(folder, `scanned-${++scans}`)), toolCache: at.toolCache };
    return costOf(() => scanWith(inputs, trivy, fresh));
  };
  const compared = await inTurn(5, () => match({ packages, os: artifact.os }), scan);
  yield* [ratioLine("baseline from a stored report ÷ scanning its image of 150 MB again", compared, 0.3)];
}
