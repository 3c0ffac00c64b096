import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type BuiltImage, buildReal } from "../real/build-image.ts";
import { must } from "../real/command.ts";
import { makeDatabase } from "../real/database.ts";
import { databaseInputs, serveDatabases } from "../real/gate-run.ts";
import { realImages } from "../real/images/all.ts";
import { JARS, type KnownJar } from "../real/images/java.ts";
import { saveLayers } from "../real/layers.ts";
import { ensureTrivy } from "../setup/tools.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { floor } from "./floor.ts";
import { ofFloor } from "./limits.ts";
import { type Line, ratioLine } from "./line.ts";
import { inTurn, sumOf } from "./measure.ts";
import { runAction } from "./profile.ts";

/** Their layers together make the large image. All are of one release of Debian: else it would contradict itself. */
const LARGE = ["debian-bookworm", "python", "java"];

function jarsOf(images: readonly BuiltImage[]): KnownJar[] {
  const files = images.flatMap(({ kept }) => kept.map((folder) => join(folder, JARS)));
  return files.filter((path) => existsSync(path)).flatMap((path) => JSON.parse(readFileSync(path, "utf8")));
}

/** One image of the layers of several. */
async function joined(images: readonly BuiltImage[], path: string): Promise<string> {
  const folder = mkdtempSync(`${path}-`);
  const layers = new Map<string, string>();
  for (const { tar } of images) {
    await must("tar", ["-xf", tar, "-C", folder]);
    const [{ Layers }] = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    for (const name of Layers as string[]) layers.set(name, join(folder, name));
  }
  const made = [...layers.values()].map((tar) => ({ createdBy: "COPY . / # buildkit", tar }));
  await saveLayers(path, { tag: "example.test/large:1.0", layers: made, config: {} });
  rmSync(folder, { recursive: true });
  return path;
}

/**
 * Genuine images, as `npm run real` builds them: one large one, without and with secrets, and all of them in one step.
 * Bare Trivy scans each for the first time, one after the other.
 */
export async function* genuineLines(parent: string): AsyncGenerator<Line> {
  const folder = join(parent, "genuine");
  mkdirSync(folder, { recursive: true });
  const images: BuiltImage[] = [];
  for (const image of realImages()) images.push(await buildReal(image));
  const { cache } = await makeDatabase(jarsOf(images), undefined, new Date());
  await using registry = await serveDatabases(cache);
  const passes = { "max-critical": "unlimited", "max-high": "unlimited", baseline: "none", cache: "false" };
  const inputs = { ...(await databaseInputs(registry)), ...passes };
  const gate = async (image: readonly string[], scanners: string) => {
    const result = await runAction({
      folder,
      timeoutMs: 300_000,
      inputs: { ...inputs, scanners, image: image.join("\n") },
    });
    if (result.outputs.verdict !== "pass") throw new Error(result.log);
    return result.cost;
  };
  const trivy = await ensureTrivy();
  const stored = (name: string) => realpathSync(join(folder, "tools/image-gate", name));
  const bare = (image: string, scanners: string) =>
    bareTrivy({ folder, trivy, database: stored("db"), java: stored("java-db"), image, scanners, isCold: true });
  const large = await joined(
    images.filter(({ image }) => LARGE.includes(image.name)),
    join(folder, "large.tar"),
  );
  const size = (statSync(large).size / 1e9).toFixed(1);
  for (const scanners of ["vuln", "vuln,secret"]) {
    const run = await inTurn(
      3,
      () => gate([large], scanners),
      () => floor({ trivy, checked: statSync(large).size, bare: () => bare(large, scanners) }),
    );
    yield ratioLine(`genuine image of ${size} GB, ${scanners}: whole action ÷ floor`, run, ofFloor());
  }
  const tars = images.map(({ tar }) => tar);
  const checked = tars.reduce((sum, tar) => sum + statSync(tar).size, 0);
  const all = await inTurn(
    3,
    () => gate(tars, "vuln"),
    () => floor({ trivy, checked, bare: () => sumOf(tars.map((tar) => bare(tar, "vuln"))) }),
  );
  yield ratioLine(`${tars.length} genuine images in one step ÷ floor, one after another`, all, ofFloor());
}
