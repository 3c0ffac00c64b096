import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { contentsOf } from "../../../scripts/real/advisories/advisory.ts";
import { readTable, tableAdvisories } from "../../../scripts/real/advisories/table.ts";
import { bareTrivy } from "../../../scripts/real/bare-trivy.ts";
import type { BuiltImage, RealImage } from "../../../scripts/real/build-image.ts";
import { databaseInputs, dockerfileOf, serveDatabases } from "../../../scripts/real/gate-run.ts";
import { packLayer, saveLayers } from "../../../scripts/real/layers.ts";
import { measure } from "../../../scripts/real/measure.ts";
import { raised, upgradedSbom } from "../../../scripts/real/upgraded-sbom.ts";
import { databaseOf, javaDatabase, writeDatabases } from "../../support/databases/database.ts";
import { debianBase, npmPackage } from "../../support/images/packages.ts";
import type { TarEntry } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// A small `npm run real`: an image of local files instead of the registries', and only the table's advisories.

const IMAGE: RealImage = {
  name: "small-real",
  title: "a small one",
  tag: "example.test/small:1.0",
  base: "debian:bullseye",
  config: {},
  steps: [
    { createdBy: "# debian.sh --arch 'amd64' out/ 'bullseye'" },
    { createdBy: '/bin/sh -c #(nop)  CMD ["bash"]' },
    { createdBy: "RUN /bin/sh -c npm install # buildkit", comment: "buildkit.dockerfile.v0" },
  ],
};

function write(folder: string, entries: readonly TarEntry[]): void {
  for (const { path, data } of entries) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(join(folder, path), data ?? "");
  }
}

/** Debian 11 with an OpenSSL that has fixes, and two packages of npm. */
async function smallImage(folder: string): Promise<BuiltImage> {
  const [base, own] = [join(folder, "base"), join(folder, "own")];
  write(
    base,
    debianBase(
      [
        ["libssl1.1", "1.1.1w-0+deb11u1", "openssl"],
        ["git", "1:2.30.2-1+deb11u2"],
      ],
      "11.11",
    ),
  );
  write(own, [npmPackage("minimist", "1.2.0"), npmPackage("left-pad", "1.3.0")]);
  const layers = [];
  for (const [at, from] of [base, own].entries()) {
    await packLayer(from, join(folder, `${at}.tar`));
    layers.push(join(folder, `${at}.tar`));
  }
  const tar = join(folder, "small.tar");
  const [first, second, third] = IMAGE.steps;
  if (!first || !second || !third) throw new Error("no steps");
  const steps = [{ ...first, tar: layers[0] ?? "" }, second, { ...third, tar: layers[1] ?? "" }];
  await saveLayers(tar, { tag: IMAGE.tag, layers: steps, config: {} });
  return { image: IMAGE, tar, kept: [] };
}

/** A cache folder with the table's advisories. */
function tableDatabase(cache: string): string {
  const now = new Date();
  const vulnerability = databaseOf(contentsOf([tableAdvisories(readTable())]), { now }, 2e6);
  writeDatabases(cache, { vulnerability, java: javaDatabase({ now }) });
  return cache;
}

test("an image of folders is scanned by Trivy and the gate alike, and Trivy confirms the advised versions", async () => {
  using folder = temporaryFolder("real");
  const built = await smallImage(folder.path);
  const cache = tableDatabase(join(folder.path, "databases"));
  const trivy = await bareTrivy(cache, join(folder.path, "bare"));
  await using registry = await serveDatabases(cache);
  const measured = await measure(built, trivy, await databaseInputs(registry));
  rmSync(join(measured.run.result.workspace, ".."), { recursive: true });

  expect(measured).toMatchObject({
    packages: 4,
    trivy: 8,
    ours: 8,
    same: true,
    upgrades: 2,
    clear: 2,
    clean: 2,
    lines: 2,
    left: { said: 0, found: 0 },
  });
  expect(measured.checked).toBeGreaterThan(0);
  const found = measured.run.report.findings as { id: string; origin?: string }[];
  expect(found.map(({ id }) => id)).toContain("CVE-2021-44906");
  expect(found.find(({ id }) => id === "CVE-2024-5535")?.origin).toBe("base");
  expect(measured.run.comment).toContain("Dockerfile:2");
});

test("an upgrade that clears nothing is not counted as clear", async () => {
  using folder = temporaryFolder("real");
  const built = await smallImage(folder.path);
  const cache = tableDatabase(join(folder.path, "databases"));
  const trivy = await bareTrivy(cache, join(folder.path, "bare"));
  const upgrades = [
    { purl: "pkg:npm/minimist@1.2.0", to: "1.2.5", ids: ["CVE-2021-44906"] },
    { purl: "pkg:deb/debian/libssl1.1@1.1.1w-0%2Bdeb11u1", to: "1.1.1w-0+deb11u2", ids: ["CVE-2024-5535"] },
  ];
  const path = join(folder.path, "upgraded.cdx.json");
  const sbom = await trivy.sbom(built.tar);
  writeFileSync(path, upgradedSbom(sbom, upgrades));
  const { findings } = await trivy.scan("sbom", path);
  expect(findings).toEqual([
    { id: "CVE-2021-44906", severity: "CRITICAL", purl: raised("pkg:npm/minimist@1.2.0", "1.2.5") },
  ]);
  const git = { purl: "pkg:deb/debian/git@2.30.2-1%2Bdeb11u2", to: "1:2.30.2-1+deb11u3", ids: [] };
  const { components } = JSON.parse(upgradedSbom(sbom, [git]));
  expect(components.map(({ purl }: { purl?: string }) => purl)).toContain(
    "pkg:deb/debian/git@2.30.2-1%2Bdeb11u3?arch=amd64&distro=debian-11.11&epoch=1",
  );
  expect(() => upgradedSbom("{}", upgrades)).toThrow("not in the SBOM: pkg:npm/minimist@1.2.0, pkg:deb/");
});

test("the Dockerfile alongside an image has its instructions, in order, on its base", () => {
  expect(dockerfileOf(IMAGE)).toBe("FROM debian:bullseye\nRUN npm install\n");
});
