import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { GRYPE_ADVISORIES, grypeDatabaseArchive } from "../../__tests__/support/databases/grype-database.ts";
import { buildImage } from "../../__tests__/support/images/oci.ts";
import { type DebianPackage, debianBase, npmPackage, pythonPackage } from "../../__tests__/support/images/packages.ts";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { ensureGrype } from "../setup/go-tools.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, inTurn, sumOf } from "./measure.ts";
import { runAction } from "./profile.ts";
import { sources } from "./several-images.ts";

/** A service on Debian with packages of two languages and 20 MB of code. */
function image() {
  const packages = Array.from(
    { length: 400 },
    (_, at): DebianPackage => [`bulk-${String(at).padStart(4, "0")}-0`, "1.0-1"],
  );
  const own = [npmPackage("lodash", "4.17.20"), pythonPackage("requests", "2.31.0"), ...sources("opt/app", 20)];
  return buildImage([
    { createdBy: "ADD rootfs.tar / ", files: debianBase(packages) },
    { createdBy: "COPY . /opt/app ", files: own },
  ]);
}

/** Trivy and Grype on one image in one step, against a step with each alone. */
export async function* twoScannersLines(parent: string): AsyncGenerator<Line> {
  const folder = join(parent, "two-scanners");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "workspace"), { recursive: true });
  await using bed = await startBed();
  bed.registry.add("acme/app", "1.0", image());
  const { bytes, sha256 } = grypeDatabaseArchive({ advisories: GRYPE_ADVISORIES });
  writeFileSync(join(folder, "workspace/db.tar.zst"), bytes);
  const common = { image: `${bed.registry.host}/acme/app:1.0`, "image-source": "remote", cache: "false" };
  const grype = { "grype-binary": await ensureGrype(), "grype-db": `db.tar.zst@sha256:${sha256}` };
  const step = async (scanners: string): Promise<Cost> => {
    const inputs = {
      ...common,
      ...(scanners.includes("trivy") && bed.inputs),
      ...(scanners.includes("grype") && grype),
      "scan-with": scanners,
    };
    const { outputs, log, cost } = await runAction({ folder, inputs });
    if (outputs.verdict === "error") throw new Error(log);
    return cost;
  };
  const both = () => step("trivy, grype");
  const alone = async () => [await step("trivy"), await step("grype")];
  const sum = await inTurn(5, both, async () => sumOf(await alone()));
  yield ratioLine("two scanners in one step ÷ a step with each, one after the other", sum, { cpu: 1.1, wall: 1.1 });
  if (availableParallelism() < 4) return;
  const slower = async (): Promise<Cost> => {
    const costs = await alone();
    return { ms: Math.max(...costs.map(({ ms }) => ms)), cpuMs: sumOf(costs).cpuMs };
  };
  const words = "two scanners in one step ÷ the slower one alone, in time (on four cores)";
  yield ratioLine(words, await inTurn(5, both, slower), { cpu: 1.1, wall: 1.2 });
}
