import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ScanOutcome } from "../../src/domain/judge/judge.ts";
import type { Forge } from "../../src/forge/forge.ts";
import { NO_SCANS, type Scans } from "../../src/scan/scans.ts";
import { type AttributionSources, prepareAttribution } from "../../src/steps/attribute.ts";
import { makeFinding, notScanned, scanned } from "../domain/make.ts";
import { fakePlatform } from "../job/fake-platform.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("attribute");
afterAll(() => folder.remove());
let count = 0;

function unread(): never {
  throw new Error("No report was expected to be read.");
}

const SOURCES: AttributionSources = {
  baseImage: undefined,
  baseImageCandidates: [],
  imageSource: [],
  baseline: "none",
  name: "ghcr.io/acme/app",
  offline: false,
  forge: unread,
  platform: fakePlatform(),
  reports: async () => [
    { name: "nobody's", madeBy: "nobody", owns: unread, subjectIn: unread, given: unread, earlier: unread },
  ],
};
const BASE = `sha256:${"b".repeat(64)}`;
const DIGEST = `sha256:${"a".repeat(64)}`;

/** An image with a finding in the layer above its base. */
function image(name?: string): ScanOutcome {
  const layer = { diffId: DIGEST, number: 2, instruction: "RUN /bin/sh -c apk add curl # buildkit" };
  const outcome = scanned([makeFinding({ layer })], name);
  if ("error" in outcome) throw outcome.error;
  const build = {
    baseLayers: 1,
    instructions: ["ADD rootfs.tar.xz /", "RUN apk add curl"],
  };
  return { ...outcome, scan: { ...outcome.scan, layers: [BASE, DIGEST], build } };
}

/** A scanner that must not be called here. */
const unasked = { rescan: () => Promise.reject(new Error("not to be asked")) };

/** The attribution of these outcomes. A path in `files` is relative to the workspace. */
async function attributed(
  outcomes: readonly ScanOutcome[],
  sources: Partial<AttributionSources> = {},
  given: { files?: Record<string, string>; scans?: Partial<Scans> } = {},
) {
  const world = testWorld(join(folder.path, String(count++)));
  for (const [path, text] of Object.entries(given.files ?? {})) {
    const file = join(world.workspace, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const attribute = await prepareAttribution({ ...SOURCES, ...sources }, world);
  return { ...(await attribute({ ...NO_SCANS, ...given.scans, outcomes })), lines: world.lines };
}

describe("what is around the scans", () => {
  it("is nothing if nothing is named and no baseline is wanted: no one is asked, and the outcomes stay", async () => {
    const outcomes = [scanned([makeFinding()]), notScanned()];
    const { outcomes: after, forJudging, forView, lines } = await attributed(outcomes);
    expect(after).toEqual(outcomes);
    expect(forJudging).toEqual({ origins: new Map() });
    expect(forView).toMatchObject({ dockerfile: undefined, comparisons: undefined });
    expect(forView.bases?.size).toBe(0);
    expect(lines).toEqual([]);
  });

  it("has the Dockerfile's line of each finding, and leaves a target that ended in error as it is", async () => {
    const files = { "docker/Dockerfile": "FROM alpine:latest\nRUN apk add curl\n" };
    const gone = notScanned();
    const { outcomes, forView } = await attributed([image(), gone], { dockerfile: "docker/Dockerfile" }, { files });
    const [first, second] = outcomes;
    if (first === undefined || "error" in first) throw new Error("not scanned");
    expect(first.scan.findings[0]?.layer).toMatchObject({
      diffId: DIGEST,
      source: { file: "docker/Dockerfile", line: 2 },
    });
    expect(second).toBe(gone);
    expect(forView.dockerfile).toMatchObject({ file: "docker/Dockerfile" });
  });

  it.each([
    ["that is not there", {}, /^file-/],
    ["that is none", { Dockerfile: "\0\0\0" }, /^dockerfile-invalid$|^file-/],
  ])("is an error before anything is scanned if a Dockerfile is named %s", async (_, files, code) => {
    const world = testWorld(join(folder.path, String(count++)));
    for (const [path, text] of Object.entries(files)) writeFileSync(join(world.workspace, path), text);
    const preparing = prepareAttribution({ ...SOURCES, dockerfile: "Dockerfile" }, world);
    await expect(preparing).rejects.toMatchObject({ code: expect.stringMatching(code) });
  });

  it("asks for the baseline by the gate's name, and says why there is none to compare with", async () => {
    const asked: string[] = [];
    const keptReports: Forge["keptReports"] = async (name) => {
      asked.push(name);
      return (async function* () {})();
    };
    const outcome = image();
    const forge = async () => ({ keptReports });
    const { outcomes, forView } = await attributed([outcome], { baseline: "auto", forge }, { scans: unasked });
    expect(asked).toEqual([expect.stringContaining("image-gate")]);
    expect(outcomes).toEqual([outcome]);
    expect(forView.comparisons?.get(outcome.target)).toMatchObject({
      none: expect.stringContaining("no successful run on"),
    });
  });

  it("lacks a baseline if the platform cannot be asked; this is reported and changes no outcome", async () => {
    const forge = async () => ({ keptReports: () => Promise.reject(new Error("the service is down")) });
    const outcome = image();
    const { outcomes, forView } = await attributed([outcome], { baseline: "auto", forge }, { scans: unasked });
    expect(outcomes).toEqual([outcome]);
    expect(forView.comparisons?.get(outcome.target)).toMatchObject({ trouble: true });
  });

  it("scans a named base image, by the scanner that the scans came from", async () => {
    const base = scanned([]);
    if ("error" in base) throw base.error;
    const asked: string[] = [];
    const rescan: Scans["rescan"] = async (target) => {
      asked.push(target.input);
      return { ...base.scan, layers: [BASE] };
    };
    const outcome = image();
    const sources = { baseImage: "docker.io/library/alpine:3.20" };
    const { forView, forJudging } = await attributed([outcome], sources, { scans: { rescan } });
    expect(asked).toEqual(["docker.io/library/alpine:3.20"]);
    expect(forView.bases?.has(outcome.target)).toBe(true);
    expect(forJudging.origins?.has(outcome.target)).toBe(true);
  });
});
