import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { OUTPUT_NAMES, outputsOf } from "../../../src/actions/sign/outputs.ts";
import { readGivenReport } from "../../../src/actions/sign/report.ts";
import { subjectsOf } from "../../../src/actions/sign/subjects.ts";
import type { RegistryReader } from "../../../src/images/registry/client.ts";
import type { Subject } from "../../../src/signing/subject.ts";
import { sha256OfBytes } from "../../../src/system/store/hashing.ts";
import { reportOf, reportText, scanned } from "../../domain/evidence/reports.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("sign-report");
afterAll(() => folder.remove());

const SCANNED = Date.parse("2026-06-01T12:00:00Z");

/** The code of the error with which a report is refused that many seconds before its scan. */
function codeBefore(seconds: number): string | undefined {
  const text = reportText([
    scanned("a", [], { provenance: { scannedAt: "2020-01-01T00:00:00Z" } }),
    scanned("b", [], { provenance: { scannedAt: "2026-06-01T14:00:00+02:00" } }),
  ]);
  const world = { ...testWorld(folder.path), now: () => new Date(SCANNED - seconds * 1000) };
  writeFileSync(join(world.workspace, "report.json"), text);
  try {
    readGivenReport({ report: "report.json", reportDigest: sha256OfBytes(Buffer.from(text)) }, world);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

// Proves: no-scan-tomorrow
it("a report is not of the future, apart from five minutes of skew", () => {
  expect([-3600, 0, 300, 301].map(codeBefore)).toEqual([undefined, undefined, undefined, "report-from-the-future"]);
});

it("a report is of this version, and one of another version is distinguished from a damaged one", () => {
  const world = testWorld(folder.path);
  const text = reportText([scanned("a")]).replace('"version":2', '"version":1');
  writeFileSync(join(world.workspace, "old.json"), text);
  expect(() => readGivenReport({ report: "old.json", reportDigest: sha256OfBytes(Buffer.from(text)) }, world)).toThrow(
    expect.objectContaining({
      code: "report-unreadable",
      what: 'The report "old.json" cannot be used: it is an Image Gate report of another version than 2',
      remedy:
        "Give the path in the gate's output `report`. The gate and this action must have the same version of Image Gate.",
    }),
  );
});

const asked: string[] = [];
const reader: RegistryReader = {
  read(reference) {
    asked.push(reference);
    return Promise.reject(new Error("is asked"));
  },
};

it.each([
  "--output-file=/etc/x",
  "-",
  "ghcr.io/acme/app --key=other",
  "ghcr.io/acme/../app",
  "GHCR.IO/acme/app",
  "a\nb",
])("no report makes %j an argument of Cosign, or a host that is asked", async (repository) => {
  const world = testWorld(folder.path);
  const report = reportOf([scanned("a", [], {})]);
  const targets = report.targets.map((target) => ({ ...target, input: repository }));
  const given = { report: { ...report, targets }, path: `${world.temp}/report.json` };
  const asks = { image: undefined, maxAge: Number.POSITIVE_INFINITY, maxDbAge: Number.POSITIVE_INFINITY };
  const from = { reader, layersFit: async () => true };
  await expect(subjectsOf(given, asks, from, world)).rejects.toMatchObject({ code: "report-edited" });
  expect(asked).toEqual([]);
});

const subject = (number: number, isIndex = false): Subject => ({
  repository: "ghcr.io/acme/app",
  digest: `sha256:${String(number).repeat(64)}`,
  isIndex,
  evidence: [],
});
const reference = (number: number) => `ghcr.io/acme/app@sha256:${String(number).repeat(64)}`;

it("an index stands for its images, which are named all the same", () => {
  const [amd64, arm64, index] = [subject(1), subject(2), subject(3, true)];
  expect(outputsOf({ subjects: [amd64, arm64, index], tops: [index] })).toEqual({
    image: reference(3),
    digest: `sha256:${"3".repeat(64)}`,
    signed: [1, 2, 3].map(reference).join("\n"),
    promoted: "",
  });
});

it("after an error, all outputs are there and empty", () => {
  expect(outputsOf(undefined)).toEqual(Object.fromEntries(OUTPUT_NAMES.map((name) => [name, ""])));
});

it("what was promoted is named at its new place", () => {
  const promoted = { ...subject(1), repository: "registry.test/golden/app" };
  expect(outputsOf({ subjects: [subject(1)], tops: [subject(1)], promoted }).promoted).toBe(
    `registry.test/golden/app@sha256:${"1".repeat(64)}`,
  );
});
