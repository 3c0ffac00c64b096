import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type BuiltImage, buildReal } from "../real/build-image.ts";
import { must } from "../real/command.ts";
import { makeDatabase } from "../real/database.ts";
import { databaseInputs, serveDatabases } from "../real/gate-run.ts";
import { realImages } from "../real/images/all.ts";
import { dataScienceImage } from "../real/images/data-science.ts";
import { JARS, type KnownJar } from "../real/images/java.ts";
import { saveLayers } from "../real/layers.ts";
import { ensureTrivy } from "../setup/tools.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { floor } from "./floor.ts";
import { ofFloor, ofTrivy } from "./limits.ts";
import { type Line, type RatioLimits, ratioLine } from "./line.ts";
import { inTurn, sumOf } from "./measure.ts";
import { runAction } from "./profile.ts";
import { startPlainRegistry } from "./registry-image.ts";

/**
 * Their layers together make the large image. All are of one release of Debian: otherwise it would contradict itself.
 */
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

/** Runs of each line alongside bare Trivy. */
const RUNS = 5;

/** Images that are compared with bare Trivy, by their names, with their limits. */
const BESIDE_TRIVY: Readonly<
  Record<string, { readonly tar: RatioLimits; readonly first: RatioLimits; readonly kept: RatioLimits }>
> = {
  "data-science": { tar: ofTrivy(2.4, 3.8), first: ofTrivy(1.5, 1.9), kept: ofTrivy(1, 1.1) },
  java: { tar: ofTrivy(1.7, 2.1), first: ofTrivy(1.5, 1.9), kept: ofTrivy(1, 1.1) },
};

function besideTrivy(images: readonly BuiltImage[]) {
  return images.flatMap(({ image: { name }, tar }) => {
    const limits = BESIDE_TRIVY[name];
    return limits === undefined ? [] : [{ name, tar, limits }];
  });
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
  const notebook = await buildReal(dataScienceImage());
  const { cache } = await makeDatabase(jarsOf(images), undefined, new Date());
  await using registry = await serveDatabases(cache);
  const passes = { "max-critical": "unlimited", "max-high": "unlimited", baseline: "none", cache: "false" };
  const inputs = { ...(await databaseInputs(registry)), ...passes };
  const gate = async (image: readonly string[], scanners: string, more: Readonly<Record<string, string>> = {}) => {
    const result = await runAction({
      folder,
      timeoutMs: 300_000,
      inputs: { ...inputs, scanners, image: image.join("\n"), ...more },
    });
    if (result.outputs.verdict !== "pass") throw new Error(result.log);
    return result.cost;
  };
  const trivy = await ensureTrivy();
  const stored = (name: string) => realpathSync(join(folder, "tools/image-gate", name));
  const bare = (image: string, scanners = "vuln", isRemote = false) =>
    bareTrivy({
      folder,
      trivy,
      database: stored("db"),
      java: stored("java-db"),
      image,
      isRemote,
      scanners,
      isCold: true,
    });
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
  await using server = await startPlainRegistry(join(folder, "server"));
  for (const { name, tar, limits } of besideTrivy([...images, notebook])) {
    const fromTar = await inTurn(
      RUNS,
      () => gate([tar], "vuln"),
      () => bare(tar),
    );
    yield ratioLine(`genuine ${name} image as a tar: whole action ÷ bare Trivy`, fromTar, limits.tar);
    const reference = `127.0.0.1:${server.port}/${name}:1.0`;
    await must("skopeo", [
      "copy",
      "--quiet",
      "--dest-tls-verify=false",
      `docker-archive:${tar}`,
      `docker://${reference}`,
    ]);
    const remote = () => bare(reference, "vuln", true);
    const pull = () => gate([reference], "vuln", { cache: "true", "image-source": "remote" });
    const pullAnew = () => {
      rmSync(join(folder, "tools/image-gate/layers"), { recursive: true, force: true });
      return pull();
    };
    const first = await inTurn(RUNS, pullAnew, remote);
    yield ratioLine(`genuine ${name} image from the loopback: whole action ÷ bare Trivy`, first, limits.first);
    const kept = await inTurn(RUNS, pull, remote);
    yield ratioLine(`genuine ${name} image from the loopback, seen before ÷ bare Trivy`, kept, limits.kept);
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
