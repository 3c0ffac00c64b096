import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { readLayer } from "../../../src/images/layers/read-layer.ts";
import { LayerCache } from "../../../src/scanners/trivy/scan/layer-cache.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { javaDatabase, vulnerabilityDatabase, writeDatabases } from "../../support/databases/database.ts";
import { saveImage } from "../../support/images/images.ts";
import { buildImage } from "../../support/images/oci.ts";
import { type TarEntry, tar } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { scanOne, VULNERABILITIES } from "../../support/runs/scans.ts";

const folder = temporaryFolder("linked-files");
afterAll(() => folder.remove());

const trivy = await ensureTrivy();
const now = new Date();
writeDatabases(join(folder.path, "db"), { vulnerability: vulnerabilityDatabase({ now }), java: javaDatabase({ now }) });
const database = (name: string) => ({ folder: join(folder.path, "db", name), updatedAt: now, nextUpdate: now });

const manifest = (name: string) => JSON.stringify({ name, version: "4.17.20", license: "MIT" });
/** As pnpm leaves them: the content under its hash in the store, the package's own file a link to it. */
const linked = (name: string, store = `root/.pnpm-store/v3/files/ab/${name}-index`): TarEntry[] => [
  { path: store, data: manifest(name) },
  { path: `app/node_modules/.pnpm/${name}@4.17.20/node_modules/${name}/package.json`, type: "1", link: store },
];

let count = 0;
/** The packages that the real scanner lists, and the gaps. */
async function scanned(...layers: readonly (readonly TarEntry[])[]) {
  const input = `${count++}.tar`;
  const world = testWorld(folder.path);
  saveImage(join(world.workspace, input), buildImage(layers.map((files, at) => ({ createdBy: `COPY ${at}`, files }))));
  const settings = {
    trivy: { path: trivy, version: "0.76.0", origin: "given binary" } as const,
    database: database("db"),
    ...VULNERABILITIES,
    javaDatabase: async () => database("java-db"),
    layers: new LayerCache(join(folder.path, `cache-${count}`)),
    reportFile: join(folder.path, `${count}.json`),
  };
  const { packages, coverage } = await scanOne({ kind: "image", input, label: input }, settings, world);
  return {
    packages: packages.map(({ name, path }) => `${name} ${path}`),
    gaps: coverage?.gaps.map(({ code }) => code),
  };
}

describe("a hard link whose content is there", () => {
  // Proves: link-hides-no-package
  it("is read as the file that it is: an honest image of pnpm loses no package", async () => {
    expect(await scanned(linked("lodash"))).toEqual({
      packages: ["lodash app/node_modules/.pnpm/lodash@4.17.20/node_modules/lodash/package.json"],
      gaps: ["os-unknown"],
    });
  });

  // Proves: link-hides-no-package
  it("is read although a later layer removes the store that it was linked from", async () => {
    const removed: TarEntry[] = [{ path: "root/.wh..pnpm-store", data: "" }];
    expect((await scanned(linked("lodash"), removed)).packages).toHaveLength(1);
  });

  it("is read under a long name, and one that is not a ASCII", async () => {
    const long = "x".repeat(120);
    const store = "root/store/content";
    const path = `app/${long}/ä/node_modules/lodash/package.json`;
    const entries: TarEntry[] = [
      { path: store, data: manifest("lodash") },
      { path, type: "1", link: store },
    ];
    expect((await scanned(entries)).packages).toEqual([`lodash ${path}`]);
  });

  // Proves: link-hides-no-package
  it("changes no digest: the layer was hashed before, and has its own members first", async () => {
    const bytes = tar(linked("lodash"));
    const [file, output] = [join(folder.path, "layer"), join(folder.path, "layer.tar")];
    writeFileSync(file, bytes);
    const read = await readLayer({ file, output });
    expect([read.digest, read.unpackedSize]).toEqual([read.diffId, bytes.length]);
    const written = readFileSync(output);
    expect(written.length).toBe(read.outputSize);
    const end = bytes.length - 1024;
    expect(written.subarray(0, end).equals(bytes.subarray(0, end))).toBe(true);
  });
});

it("a layer without such links is written as it is", async () => {
  const bytes = tar([
    { path: "a", data: "a" },
    { path: "b", type: "1", link: "a" },
  ]);
  const [file, output] = [join(folder.path, "plain"), join(folder.path, "plain.tar")];
  writeFileSync(file, bytes);
  await readLayer({ file, output });
  expect(readFileSync(output).equals(bytes)).toBe(true);
});
