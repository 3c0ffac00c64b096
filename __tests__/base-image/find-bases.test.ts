import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BaseSettings, findBases } from "../../src/base-image/find-bases.ts";
import type { ScanResult, Target } from "../../src/domain/target.ts";
import type { Rescan } from "../../src/scan/scans.ts";
import { LayerCache } from "../../src/scanners/trivy/scan/layer-cache.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { appOnOldBase, baseLabels, newBase, oldBase } from "../support/images/base-images.ts";
import * as images from "../support/images/images.ts";
import { buildIndex, type ImageOptions, writeLayout } from "../support/images/oci.ts";
import { type Registry, startRegistry } from "../support/registry/registry.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";
import { type TrivyBed, trivyBed } from "../support/runs/scans.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const whole = temporaryFolder("base-image");
let bed: TrivyBed;
/** The images' registry, and another that no image may lead to. */
let registry: Registry;
let elsewhere: Registry;

beforeAll(async () => {
  bed = await trivyBed(whole.path);
});
afterAll(() => whole.remove());

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(async () => {
  folder = temporaryFolder("base-image");
  const docker = join(folder.path, "docker");
  mkdirSync(docker);
  world = testWorld(folder.path, { env: { PATH: process.env.PATH, DOCKER_CONFIG: docker } });
  registry = await startRegistry();
  elsewhere = await startRegistry();
  for (const each of [registry, elsewhere]) each.add("base", "1", oldBase());
  const auth = Buffer.from("user:secret").toString("base64");
  const auths = Object.fromEntries([registry.host, elsewhere.host].map((host) => [host, { auth }]));
  writeFileSync(join(docker, "config.json"), JSON.stringify({ auths }));
});
afterEach(async () => {
  await Promise.all([registry.close(), elsewhere.close()]);
  folder.remove();
});

const target = (input: string, platform?: string): Target => ({ kind: "image", input, platform, label: input });

const rescan: Rescan = (of, { anonymous } = {}) =>
  bed.scan(of, world, {
    imageSource: ["remote"],
    javaDatabase: async () => bed.database,
    layers: new LayerCache(join(world.runFolder, "cache")),
    ...(anonymous !== undefined && { anonymous }),
  });

async function app(options: ImageOptions = {}): Promise<{ target: Target; scan: ScanResult }> {
  registry.add("app", "1.0", appOnOldBase(options));
  const of = target(`${registry.host}/app:1.0`);
  return { target: of, scan: await rescan(of) };
}

async function found(outcome: { target: Target; scan: ScanResult }, settings: Partial<BaseSettings> = {}) {
  for (const each of [registry, elsewhere]) each.requests.length = 0;
  const all = { baseImage: undefined, candidates: [], imageSource: [], offline: false, rescan, ...settings };
  const { reports, origins } = await findBases([outcome], all, world);
  const originOf = origins.get(outcome.target);
  return {
    report: reports.get(outcome.target),
    whose: outcome.scan.findings.map((each) => `${originOf?.(each)} ${each.package?.name} ${each.id}`).sort(),
  };
}

type Build = NonNullable<ScanResult["build"]>;
const warnings = () => world.lines.filter((line) => line.startsWith("warning: "));
const logins = () => registry.requests.filter(({ authorization }) => authorization !== undefined);

const WHOSE = [
  "base bash CVE-2099-1004",
  "base libc6 CVE-2099-1005",
  "base libc6 CVE-2099-1006",
  "base libssl3 CVE-2099-1001",
  "base libssl3 CVE-2099-1002",
  "base libssl3 CVE-2099-1011",
  "base perl-base CVE-2099-1007",
  "base perl-base CVE-2099-1008",
  "base setuptools CVE-2099-3003",
  "base zlib1g CVE-2099-1003",
  "own Jinja2 CVE-2099-3002",
  "own requests CVE-2099-3001",
];

describe("a base image that the input names", () => {
  it("tells of every finding whose it is", async () => {
    const { report, whose } = await found(await app(), { baseImage: `${registry.host}/base:1` });
    expect(whose).toEqual(WHOSE);
    expect(report).toMatchObject({
      found: "input",
      reference: `${registry.host}/base:1`,
      digest: oldBase().descriptor.digest,
      layers: 3,
      counts: {
        base: { CRITICAL: 2, HIGH: 2, MEDIUM: 2, LOW: 4, UNKNOWN: 0 },
        own: { CRITICAL: 0, HIGH: 0, MEDIUM: 2, LOW: 0, UNKNOWN: 0 },
      },
    });
    expect(report?.newer).toBeUndefined();
    expect(warnings()).toEqual([]);
  });

  it.each([
    ["a digest alongside its tag", (digest: string) => ({ baseImage: `:1@${digest}`, options: {} })],
    [
      "the image's own label of its digest",
      (digest: string) => ({ baseImage: ":1", options: baseLabels("x", digest) }),
    ],
    ["its layers' instructions and packages", () => ({ baseImage: ":1", options: {} })],
  ])("is compared with what its tag means today, the older one found by %s", async (_, make) => {
    const created = new Date(Date.now() - 2.5 * DAY_MS).toISOString();
    const { baseImage, options } = make(oldBase().descriptor.digest);
    const outcome = await app(options);
    registry.add("base", "1", newBase({ created }));
    const { report, whose } = await found(outcome, { baseImage: `${registry.host}/base${baseImage}` });
    expect(whose).toEqual(WHOSE);
    expect(report).toMatchObject({
      found: "input",
      layers: 3,
      newer: {
        reference: `${registry.host}/base:1`,
        digest: newBase({ created }).descriptor.digest,
        ageDays: 2,
        clears: 2,
        of: 10,
        brings: 0,
      },
    });
    expect(warnings()).toEqual([]);
  });

  it("says no age of a newer one that was built reproducibly", async () => {
    const outcome = await app();
    registry.add("base", "1", newBase({ created: "1970-01-01T00:00:00Z" }));
    const { report } = await found(outcome, { baseImage: `${registry.host}/base:1` });
    expect(report?.newer).toMatchObject({ clears: 2, ageDays: undefined });
  });

  it("is taken as it is where only a digest names it: there is no tag that could have moved", async () => {
    const outcome = await app();
    registry.add("base", "1", newBase());
    const { report } = await found(outcome, { baseImage: `${registry.host}/base@${oldBase().descriptor.digest}` });
    expect(report).toMatchObject({ layers: 3, newer: undefined });
    expect(report?.inUse?.findings.CRITICAL).toBe(2);
  });

  it.each([
    ["another system", images.alpine],
    ["another Debian image", images.clean],
    ["an image that was built on it", images.python],
  ])("is a warning where it is not below the image: %s", async (_, other) => {
    registry.add("other", "1", other());
    const { report, whose } = await found(await app(), { baseImage: `${registry.host}/other:1` });
    expect(report).toMatchObject({ found: "history", layers: 3, problem: expect.stringContaining("is not below") });
    expect(report?.newer).toBeUndefined();
    // The image's history is still read.
    expect(whose).toEqual(WHOSE);
    expect(warnings()).toEqual([expect.stringContaining("is not below this image")]);
  });

  it.each([
    ["is not there", "/nothing:1", /There is no image/],
    ["is not a reference", "/UPPER:1", /not an image reference/],
  ])("is a warning where it %s", async (_, name, problem) => {
    const { report } = await found(await app(), { baseImage: registry.host + name });
    expect(report).toMatchObject({ found: "history", problem: expect.stringMatching(problem) });
  });

  it("is asked for with the runner's login, as any image", async () => {
    const outcome = await app();
    registry.requireLogin(/^base/, { username: "user", password: "secret" });
    const { report } = await found(outcome, { baseImage: `${registry.host}/base:1` });
    expect(report).toMatchObject({ found: "input", layers: 3 });
    expect(logins()).not.toEqual([]);
  });

  it("is the image of the target's platform, where an index has several", async () => {
    const arm = { architecture: "arm64", variant: "v8" };
    registry.add("base", "1", buildIndex([oldBase(), oldBase(arm)]));
    registry.add("app", "1.0", buildIndex([appOnOldBase(), appOnOldBase(arm)]));
    for (const platform of ["linux/amd64", "linux/arm64"]) {
      const of = target(`${registry.host}/app:1.0`, platform);
      const { report } = await found({ target: of, scan: await rescan(of) }, { baseImage: `${registry.host}/base:1` });
      expect(report).toMatchObject({ found: "input", layers: 3, problem: undefined });
    }
    registry.add("base", "1", buildIndex([newBase(), newBase(arm)]));
    const of = target(`${registry.host}/app:1.0`, "linux/arm64");
    const outcome = { target: of, scan: await rescan(of) };
    expect((await found(outcome, { baseImage: `${registry.host}/base:1` })).report?.newer?.clears).toBe(2);
  });

  it("is scanned once for all targets that were built on it", async () => {
    const { scan, target: first } = await app();
    let scans = 0;
    const counting: Rescan = (...all) => {
      scans += 1;
      return rescan(...all);
    };
    const outcomes = [first, target(`${registry.host}/second`)].map((each) => ({ target: each, scan }));
    const settings = { candidates: [], imageSource: [], offline: false, rescan: counting };
    const { reports } = await findBases(outcomes, { ...settings, baseImage: `${registry.host}/base:1` }, world);
    expect([...reports.values()].map(({ layers }) => layers)).toEqual([3, 3]);
    expect(scans).toBe(1);
  });

  it("needs a scanner, and says so where the run has none", async () => {
    const { report } = await found(await app(), { baseImage: "debian:12", candidates: ["a"], rescan: undefined });
    expect(report).toMatchObject({ found: "history", problem: expect.stringContaining("needs a scan") });
  });
});

describe("a base image that the image itself names", () => {
  // Proves: nor-one-image-names
  it("is asked for in the target's own registry, and never with a login", async () => {
    const outcome = await app(baseLabels(`${registry.host}/base:1`));
    registry.add("base", "1", newBase());
    const { report, whose } = await found(outcome);
    expect(report).toMatchObject({ found: "annotation", layers: 3, newer: { clears: 2, of: 10 } });
    expect(whose).toEqual(WHOSE);
    expect(registry.requests.length).toBeGreaterThan(0);
    expect(logins()).toEqual([]);
  });

  it("gets no login where it would need one either: that is a warning", async () => {
    const outcome = await app(baseLabels(`${registry.host}/base:1`));
    registry.requireLogin(/^base/, { username: "user", password: "secret" });
    const { report } = await found(outcome);
    expect(report).toMatchObject({
      found: "history",
      problem: expect.stringMatching(/wants a login.*requested without a login/),
    });
    expect(logins()).toEqual([]);
  });

  // Proves: nor-one-image-names
  it("is not asked for at another port of the same machine", async () => {
    const { report } = await found(await app(baseLabels(`${elsewhere.host}/base:1`)));
    expect(report).toMatchObject({
      found: "history",
      problem: undefined,
      note: expect.stringContaining("is not asked"),
    });
    expect([...registry.requests, ...elsewhere.requests]).toEqual([]);
    expect(warnings()).toEqual([]);
  });

  // Proves: nor-one-image-names
  it("is not asked for where it is hostile: nothing is scanned at all", async () => {
    const { target: of, scan } = await app(baseLabels("python:3.12-slim"));
    const none: Rescan = ({ input }) => expect.unreachable(`asked for ${input}`);
    for (const name of [
      "169.254.169.254/latest/meta-data:1",
      "[fd00:ec2::254]/latest:1",
      "metadata.google.internal/computeMetadata/v1",
      "10.0.0.1:5000/base:1",
      "localhost/base:1",
      "python:3.12-slim",
      "--input=/etc/passwd",
      "http://169.254.169.254/base",
      "user:word@169.254.169.254/base:1",
      `${registry.host}\n/base:1`,
      `${registry.host}@169.254.169.254/base:1`,
      `${registry.host}.169.254.169.254/base:1`,
      "../../etc/passwd",
      "x".repeat(2_000),
    ]) {
      const named = { ...scan, build: { ...(scan.build as Build), baseName: name } };
      const { report, whose } = await found({ target: of, scan: named }, { rescan: none });
      const note = expect.stringMatching(/not (?:asked|requested)/);
      expect(report, name).toMatchObject({ found: "history", note });
      expect(whose, name).toEqual(WHOSE);
    }
  });

  // Proves: nor-one-image-names
  it("is not taken for a file of the workspace", async () => {
    const outcome = await app(baseLabels(`${registry.host}/base.tar`));
    images.saveImage(join(world.workspace, registry.host, "base.tar"), oldBase());
    const { report } = await found(outcome);
    expect(report).toMatchObject({ found: "history", problem: expect.stringContaining("There is no image") });
  });

  it("is asked for where `base-image` names that registry, unless the run is offline", async () => {
    const outcome = await app(baseLabels(`${elsewhere.host}/base:1`));
    const baseImage = `${elsewhere.host}/wrong:1`;
    expect((await found(outcome, { baseImage })).report).toMatchObject({ found: "annotation", layers: 3 });
    expect((await found(outcome, { baseImage, offline: true })).report).toMatchObject({ found: "history" });
  });

  it("is not asked for where no registry is to be asked", async () => {
    const outcome = await app(baseLabels(`${registry.host}/base:1`));
    await found(outcome, { imageSource: ["docker"] });
    expect(registry.requests).toEqual([]);
  });

  it("is requested for no image from a file, which has no own registry", async () => {
    const path = images.saveImage(join(world.workspace, "app.tar"), appOnOldBase(baseLabels("python:3.12")));
    const scan = await rescan(target(path));
    const none: Rescan = (of) => expect.unreachable(`asked for ${of.input}`);
    const { report } = await found({ target: target(path), scan }, { rescan: none });
    expect(report).toMatchObject({ found: "history", note: expect.stringContaining("not asked") });
  });

  it("is a warning where it is not below the image, and the history counts", async () => {
    registry.add("lie", "1", images.alpine());
    const { report } = await found(await app(baseLabels(`${registry.host}/lie:1`)));
    expect(report).toMatchObject({ found: "history", problem: expect.stringContaining("is not below") });
  });

  it("is read out of a layout folder's annotations", async () => {
    const folderOf = join(world.workspace, "layout");
    writeLayout(folderOf, appOnOldBase(baseLabels(`${elsewhere.host}/base:1`)), "1.0");
    expect((await rescan(target("./layout"))).build?.baseName).toBe(`${elsewhere.host}/base:1`);
  });
});

describe("without a name", () => {
  it("whose a finding is follows from the history, and nothing is asked", async () => {
    const { report, whose } = await found(await app());
    expect(report).toMatchObject({ found: "history", layers: 3, candidates: [] });
    expect(report?.reference).toBeUndefined();
    expect(whose).toEqual(WHOSE);
    expect(registry.requests).toEqual([]);
  });

  it("nothing is known of an image without a history", async () => {
    const { report, whose } = await found(await app({ withoutHistory: true }));
    expect(report).toBeUndefined();
    expect(new Set(whose.map((each) => each.split(" ")[0]))).toEqual(new Set(["undefined"]));
  });
});

describe("candidates", () => {
  it("are compared by findings, size and attack surface; one that is not there is a warning", async () => {
    const outcome = await app();
    registry.add("alpine", "3", images.alpine());
    registry.add("distroless", "1", images.distroless());
    const candidates = ["alpine:3", "distroless:1", "nothing:1"].map((each) => `${registry.host}/${each}`);
    const { report } = await found(outcome, { baseImage: `${registry.host}/base:1`, candidates });
    expect(report?.inUse).toMatchObject({
      findings: { CRITICAL: 2 },
      surface: { shells: ["bash"], compilers: [], packageManagers: ["dpkg"] },
    });
    expect(report?.candidates).toEqual([
      {
        reference: candidates[0],
        findings: { CRITICAL: 1, HIGH: 2, MEDIUM: 2, LOW: 1, UNKNOWN: 0 },
        size: images.alpine().layers.reduce((sum, layer) => sum + layer.length, 0),
        surface: { shells: ["busybox"], compilers: [], packageManagers: [] },
      },
      {
        reference: candidates[1],
        findings: { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 },
        size: expect.any(Number),
        surface: undefined,
      },
      { reference: candidates[2], problem: expect.stringContaining("There is no image") },
    ]);
    expect(warnings()).toEqual([expect.stringContaining("nothing:1")]);
  });

  it("end the run where it is cancelled", async () => {
    const outcome = await app();
    world.abort();
    await expect(found(outcome, { candidates: [`${registry.host}/base:1`] })).rejects.toMatchObject({
      code: "run-cancelled",
    });
    await expect(found(outcome, { baseImage: `${registry.host}/base:1` })).rejects.toMatchObject({
      code: "run-cancelled",
    });
  });
});
