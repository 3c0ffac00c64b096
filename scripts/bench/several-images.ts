import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { buildImage, type Image } from "../../__tests__/support/images/oci.ts";
import {
  type DebianPackage,
  debianBase,
  npmPackage,
  pythonPackage,
  SITE_PACKAGES,
} from "../../__tests__/support/images/packages.ts";
import type { TarEntry } from "../../__tests__/support/images/tar.ts";
import { type Bed, startBed } from "../../__tests__/support/runs/bed.ts";
import { sha256OfBytes } from "../../src/system/store/hashing.ts";
import { finish } from "../setup/command.ts";
import { floor } from "./floor.ts";
import { ofFloor } from "./limits.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, costOfChildren, inTurn, sumOf } from "./measure.ts";
import { runAction } from "./profile.ts";

const IMAGES = 10;
const FILE_BYTES = 20_000;
const WORDS = "the scanner reads each line of every file and holds it against its rules const return value".split(" ");

/** Source text, which is looked through for secrets; the same numbers give the same text. */
function source(seed: number): string {
  let state = seed + 1;
  let made = "";
  while (made.length < FILE_BYTES) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    made += `${WORDS[state % WORDS.length]}${state % 7 === 0 ? `_${state.toString(36)}\n` : " "}`;
  }
  return made;
}

export const sources = (folder: string, megabytes: number): TarEntry[] =>
  Array.from({ length: (megabytes * 1e6) / FILE_BYTES }, (_, at) => ({
    path: `${folder}/${at % 20}/${at}.js`,
    data: source(at),
  }));

/** Compiled code, which packs to about half. */
const libraries = (folder: string, megabytes: number): TarEntry[] =>
  Array.from({ length: megabytes }, (_, at) => ({
    path: `${folder}/${at}.so`,
    data: Buffer.concat([Buffer.from("\x7fELF"), randomBytes(500_000), Buffer.alloc(500_000, `part ${at}\n`)]),
  }));

/** Services on Debian and a runtime. The layers of these are the same in all; each service adds its own code. */
function images(): Image[] {
  const packages = Array.from(
    { length: 400 },
    (_, at): DebianPackage => [`bulk-${String(at).padStart(4, "0")}-0`, "1.0-1"],
  );
  const shared = [
    {
      createdBy: "ADD rootfs.tar / ",
      files: [...debianBase(packages), ...sources("opt/system", 10), ...libraries("usr/lib/system", 40)],
    },
    {
      createdBy: "RUN pip install -r requirements.txt",
      files: [
        pythonPackage("requests", "2.31.0"),
        pythonPackage("Jinja2", "3.1.2"),
        ...sources(`${SITE_PACKAGES}/big`, 20),
        ...libraries(`${SITE_PACKAGES}/native`, 20),
      ],
    },
  ];
  return Array.from({ length: IMAGES }, (_, at) => {
    const own = [...sources(`app/service-${at}`, 4), ...libraries(`app/service-${at}/lib`, 12)];
    return buildImage([...shared, { createdBy: "COPY . /app ", files: [npmPackage("lodash", "4.17.20"), ...own] }]);
  });
}

interface Scene {
  readonly folder: string;
  readonly bed: Bed;
  readonly references: readonly string[];
  readonly scanners: string;
  /** Bytes of all layers as they are stored and unpacked, each once. */
  readonly checked: number;
}

/** A loop in a shell: one image after another with one cache, which is empty at first. */
async function oneAfterAnother({ folder, bed, references, scanners }: Scene): Promise<Cost> {
  const cache = join(folder, "bare-cache");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  symlinkSync(join(folder, "tools/image-gate/db"), join(cache, "db"));
  const flags = ["--quiet", "--format=json", `--cache-dir=${cache}`, "--skip-db-update", `--scanners=${scanners}`];
  const quiet = ["--skip-version-check", "--disable-telemetry", "--image-src=remote"];
  const costs: Cost[] = [];
  for (const [at, reference] of references.entries()) {
    const args = ["image", ...flags, ...quiet, `--output=${join(folder, `bare-${at}.json`)}`, reference];
    const trivy = bed.inputs["trivy-binary"] ?? "";
    const { result, cost } = await costOfChildren(() => finish(trivy, args, { env: { PATH: process.env.PATH } }));
    if (result.code !== 0) throw new Error(result.stderr);
    costs.push(cost);
  }
  return sumOf(costs);
}

/** The action as a runner starts it; the first run fills the store with the database. */
async function oneStep({ folder, bed, references, scanners }: Scene): Promise<Cost> {
  const image = references.join("\n");
  const inputs = { ...bed.inputs, image, scanners, "image-source": "remote", cache: "false" };
  const result = await runAction({ folder, inputs });
  if (result.outputs.verdict !== "fail") throw new Error(result.log);
  return result.cost;
}

/** The bytes of layers that several images have are counted once. */
function checkedBytes(built: readonly Image[]): number {
  const blobs = new Map(
    built.flatMap(({ blobs }) => [...blobs].map(([digest, { length }]) => [digest, length] as const)),
  );
  const unpacked = new Map(
    built.flatMap(({ layers }) => layers.map((layer) => [sha256OfBytes(layer), layer.length] as const)),
  );
  return [...blobs.values(), ...unpacked.values()].reduce((sum, length) => sum + length, 0);
}

/** Ten images on shared layers in one step, against the floor of one after another. */
export async function* severalImagesLines(parent: string): AsyncGenerator<Line> {
  await using bed = await startBed();
  const built = images();
  const references = built.map((image, at) => {
    bed.registry.add(`acme/service-${at}`, "1.0", image);
    return `${bed.registry.host}/acme/service-${at}:1.0`;
  });
  const checked = checkedBytes(built);
  const folder = join(parent, "several");
  const measured = async (scanners: string) => {
    const scene = { folder, bed, references, scanners, checked };
    await oneStep(scene);
    return inTurn(
      3,
      () => oneStep(scene),
      () => floor({ trivy: bed.inputs["trivy-binary"] ?? "", checked, bare: () => oneAfterAnother(scene) }),
    );
  };
  const words = "ten images on shared layers in one step ÷ floor, one after another";
  yield ratioLine(words, await measured("vuln"), ofFloor(1.6));
  yield ratioLine(`${words}, with secrets`, await measured("vuln,secret"), ofFloor(1.4));
}
