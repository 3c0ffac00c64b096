import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureTrivy, fileSha256, root } from "../../scripts/setup/tools.ts";
import { saveImage } from "../support/images/images.ts";
import { buildImage } from "../support/images/oci.ts";
import { debianBase, npmPackage } from "../support/images/packages.ts";
import { type Bed, startTestBed } from "../support/runs/bed.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

// The answer with `--baseline` at a terminal, for two images and for two SBOMs, through the bundle.

let bed: Bed;
let folder: TemporaryFolder;
const imageOf = (name: string, version: string) =>
  buildImage([{ createdBy: "COPY . / ", files: [...debianBase([["tar", "1"]]), npmPackage(name, version)] }]);

beforeAll(async () => {
  bed = await startTestBed();
  bed.registry.add("acme/app", "1", imageOf("minimist", "0.2.1"));
  bed.registry.add("acme/app", "2", imageOf("lodash", "4.17.20"));
  folder = temporaryFolder("cli-baseline");
  mkdirSync(join(folder.path, "work"));
});
afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  folder.remove();
});

async function run(...words: readonly string[]) {
  const binary = await ensureTrivy();
  const given = [
    `--trivy-binary=${binary}`,
    `--trivy-sha256=${await fileSha256(binary)}`,
    ...["db-repository", "java-db-repository"].map((name) => `--${name}=${bed.inputs[name]}`),
  ];
  const child = spawn(process.execPath, [join(root, "dist/image-gate.js"), ...words, ...given], {
    cwd: join(folder.path, "work"),
    env: { PATH: process.env.PATH, HOME: folder.path, XDG_CACHE_HOME: join(folder.path, "caches") },
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { out, err, code };
}

async function judged(...words: readonly string[]) {
  const { out, err } = await run(...words, "--json");
  expect(out, err).toMatch(/^\{/);
  const report = JSON.parse(out);
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
  const isNew = ({ change }: { change?: string }) => change === "new";
  return { ...report.targets[0].baseline, came: ids(report.findings.filter(isNew)), went: ids(report.fixed) };
}

it("compares two images of a registry, and an SBOM with one in another format", async () => {
  const name = (tag: string) => `${bed.registry.host}/acme/app:${tag}`;
  expect(await judged(name("2"), "--baseline", name("1"))).toMatchObject({
    ...{ kind: "image", came: ["CVE-2099-4001"], went: ["CVE-2099-4002"] },
  });
  const purls = ["pkg:npm/minimist@0.2.1", "pkg:npm/left-pad@1.3.0"];
  const referenceAt = (purl: string) => ({
    referenceCategory: "PACKAGE-MANAGER",
    referenceType: "purl",
    referenceLocator: purl,
  });
  const packages = purls.map((purl, index) => ({
    ...{ SPDXID: `SPDXRef-${index}`, name: /\/([^@]+)/.exec(purl)?.[1], versionInfo: purl.split("@")[1] },
    ...{ downloadLocation: "NONE", externalRefs: [referenceAt(purl)] },
  }));
  const spdx = { spdxVersion: "SPDX-2.3", SPDXID: "SPDXRef-DOCUMENT", name: "app", packages };
  const library = { type: "library", name: "lodash", version: "4.17.20", purl: "pkg:npm/lodash@4.17.20" };
  const cycloneDx = { bomFormat: "CycloneDX", specVersion: "1.5", components: [library] };
  writeFileSync(join(folder.path, "work", "old.spdx.json"), JSON.stringify(spdx));
  writeFileSync(join(folder.path, "work", "new.cdx.json"), JSON.stringify(cycloneDx));
  expect(await judged("sbom", "new.cdx.json", "--baseline", "old.spdx.json")).toMatchObject({
    ...{ kind: "sbom", came: ["CVE-2099-4001"], went: ["CVE-2099-4002"] },
  });
});

it("compare scans two tars, and an image alongside a report, and judges neither", async () => {
  const work = (name: string) => join(folder.path, "work", name);
  saveImage(work("old.tar"), imageOf("minimist", "0.2.1"));
  // This file's name is not a tar's, so its contents decide.
  saveImage(work("new"), imageOf("lodash", "4.17.20"));
  const both = await run("compare", "old.tar", "./new");
  expect(both).toMatchObject({ code: 0, err: "" });
  expect(both.out).toMatch(/^old\.tar \(image\) → \.\/new \(image\)\n/);
  expect(both.out).toMatch(/^ {2}packages: 1 gained, 1 lost$/m);
  expect(both.out).toMatch(/^ {2}findings: 1 new, 1 gone, \d+ in both$/m);
  expect(both.out).toMatch(/^ {2}new .*CVE-2099-4001 {2}lodash 4\.17\.20/m);
  expect(both.out).toMatch(/^ {2}gone .*CVE-2099-4002 {2}minimist 0\.2\.1/m);
  await run("old.tar", "--json", "--output", "old.json");
  const [pair] = JSON.parse((await run("compare", "old.json", "./new", "--json")).out).targets;
  expect([pair.packages.counts, pair.findings.counts]).toMatchObject([
    { gained: 1, lost: 1 },
    { new: 1, fixed: 1 },
  ]);
  const failed = await run("compare", "old.tar", "none.tar");
  expect(failed).toMatchObject({ code: 2, out: "" });
  expect(failed.err).toMatch(/^error: \[image-missing\] .*"none\.tar"/m);
}, 60_000);
