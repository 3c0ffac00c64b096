import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { LocatedTarget, ScanResult, Target } from "../../../src/domain/target.ts";
import { heldToImage } from "../../../src/scan/acquired.ts";
import { type SeveralRules, severalScanners } from "../../../src/scan/several/several-scanners.ts";
import type { Scanner, ScanOptions } from "../../../src/scanners/scanner.ts";
import { GateError } from "../../../src/system/errors.ts";
import type { World } from "../../../src/system/world.ts";
import { makeFinding, makePackage } from "../../domain/make.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const target: Target = { kind: "image", input: "app:1", label: "app:1" };
const located: LocatedTarget = { how: "reference", location: "app:1" };
const world = { signal: new AbortController().signal, runFolder: "/run" } as World;
const broken = new GateError("scan-timeout", "it took too long", "Raise `timeout`.");

const finding = (id: string, severity: Finding["severity"] = "HIGH") => makeFinding({ id, severity });
const resultOf = (scanner: string, findings: readonly Finding[]): ScanResult => ({
  artifact: { names: ["app:1"], packages: 1, os: { family: "debian", name: "12", endOfLife: false } },
  packages: [makePackage()],
  layers: [],
  findings,
  suppressed: 0,
  provenance: { scanner, scanners: ["vuln"] },
});

function scanner(name: string, findings: readonly Finding[] | GateError, asked: ScanOptions[] = []): Scanner {
  const scan = async (_: Target, __: LocatedTarget, options: ScanOptions): Promise<ScanResult> => {
    asked.push(options);
    if (findings instanceof GateError) throw findings;
    return resultOf(name, findings);
  };
  return { name, session: () => ({ scan }) };
}

/** Answers about lists with one finding, or fails. */
const matching =
  (found: Finding | GateError, asked: object[] = []): NonNullable<Scanner["match"]> =>
  async (lists, options) => {
    asked.push(options);
    if (found instanceof GateError) throw found;
    const answer = { found: new Map([["", [found]]]), unread: new Set<string>(), notes: [], by: { scanner: "Two" } };
    return lists.map(() => answer);
  };

const one = scanner("One", [finding("CVE-1"), finding("CVE-2", "LOW")]);
const two = scanner("Two", [finding("CVE-1", "CRITICAL"), finding("CVE-3", "LOW")]);
type All = Readonly<Record<string, Scanner | GateError>>;
const several = (all: All, rules: SeveralRules = {}) =>
  severalScanners(
    Object.entries(all).map(([name, each]) => ({ name, scanner: each })),
    rules,
  );
const scan = async (all: All, rules?: SeveralRules, options: ScanOptions = { reportFile: "/run/report.json" }) =>
  several(all, rules).session("/cache").scan(target, located, options, world);
const seen = ({ findings }: ScanResult) => findings.map(({ id, severity }) => `${id} ${severity}`).sort();

describe("several scanners", () => {
  it("by one list read the target once: the others are asked about its packages, and the time left is passed on", async () => {
    const own: ScanOptions[] = [];
    const asked: object[] = [];
    const unread = new GateError("target-kind-unsupported", "It must not read it.", "No.");
    const matcher: Scanner = { ...scanner("Two", unread), match: matching(finding("CVE-3"), asked) };
    using folder = temporaryFolder();
    const here = { ...world, runFolder: folder.path } as World;
    const onSbom = () => {};
    const options = { reportFile: join(folder.path, "report.json"), spentMs: 5_000, onSbom };
    const result = await several({ One: scanner("One", [finding("CVE-1")], own), Two: matcher }, { byList: "beside" })
      .session("/cache")
      .scan(target, located, options, here);
    expect(seen(result)).toEqual(["CVE-1 HIGH", "CVE-3 HIGH"]);
    expect(own).toMatchObject([{ onSbom }]);
    expect(asked).toMatchObject([{ spentMs: expect.toSatisfy((ms: number) => ms >= 5_000) }]);
  });

  it("are asked about one target, and each finding counts once, with the highest severity, whichever is named first", async () => {
    const result = await scan({ One: one, Two: two });
    expect(seen(result)).toEqual(["CVE-1 CRITICAL", "CVE-2 LOW", "CVE-3 LOW"]);
    expect(result.opinions?.map(({ scanner: name }) => name)).toEqual(["One", "Two"]);
    expect(seen(await scan({ Two: two, One: one }))).toEqual(seen(result));
  });

  it("write reports alongside each other, of which only the first one is taken further", async () => {
    const asked: ScanOptions[] = [];
    const options = { reportFile: "/run/report.json", onReport: () => {} };
    await scan({ A: scanner("A", [], asked), B: scanner("B", [], asked) }, {}, options);
    expect(asked.map(({ reportFile, onReport }) => [reportFile, onReport !== undefined])).toEqual([
      ["/run/report.json", true],
      ["/run/report-of-2.json", false],
    ]);
  });

  it("must each have read the image that they were given", async () => {
    const given = `sha256:${"1".repeat(64)}`;
    const image = { imageId: given } as ScanOptions["image"];
    const reading = (name: string, imageId: string): Scanner => {
      const result = resultOf(name, []);
      const scan = async () => ({ ...result, artifact: { ...result.artifact, imageId } });
      return heldToImage({ name, session: () => ({ scan }) });
    };
    const scanning = (imageId: string) =>
      scan({ One: reading("One", given), Two: reading("Two", imageId) }, {}, { reportFile: "/run/report.json", image });
    await expect(scanning(given)).resolves.toBeDefined();
    await expect(scanning(`sha256:${"2".repeat(64)}`)).rejects.toMatchObject({ code: "image-inconsistent" });
  });

  // Proves: scanner-without-data-no
  it("are all needed, unless the policy calls one optional", async () => {
    const failing = scanner("Two", broken);
    for (const second of [failing, broken]) {
      await expect(scan({ One: one, Two: second })).rejects.toBe(broken);
      const { findings, opinions } = await scan({ One: one, Two: second }, { optional: ["two"] });
      expect(findings).toHaveLength(2);
      expect(opinions?.[1]).toMatchObject({ scanner: "Two", failed: { code: "scan-timeout" } });
    }
    // No scanner has scanned it: even if all are optional, it cannot pass.
    const none = scan({ One: scanner("One", broken), Two: failing }, { optional: ["one", "two"] });
    await expect(none).rejects.toBe(broken);
  });

  // Proves: second-scanner-refutes-nothing
  it("go on without an optional one only if another one looks for all that was asked for", async () => {
    for (const second of [scanner("Two", broken), broken]) {
      const asked = (...kinds: string[]) => scan({ One: one, Two: second }, { optional: ["two"], asked: kinds });
      expect((await asked("vuln")).opinions?.[1]?.failed).toBeDefined();
      await expect(asked("vuln", "secret")).rejects.toBe(broken);
    }
  });

  // Proves: scanner-without-data-no
  it.each([
    "trivy-hash-mismatch",
    "grype-hash-mismatch",
    "grype-database-hash-mismatch",
    "grype-signature-invalid",
    "grype-checksum-missing",
    "grype-archive-invalid",
    "grype-version-invalid",
    "grype-known-bad",
  ])("do not go on without an optional one that may have been replaced: %s", async (code) => {
    const replaced = new GateError(code, "it is another one", "Find out who has replaced it.");
    await expect(scan({ One: one, Two: replaced }, { optional: ["two"] })).rejects.toBe(replaced);
  });
});

describe("an image's stored SBOM, with two scanners", () => {
  const listed = resultOf("One", [finding("CVE-1")]);
  const first: Scanner = { ...scanner("One", listed.findings), scanStored: async (items) => items.map(() => listed) };
  const second = (answer: Finding | GateError): Scanner => ({
    ...scanner("Two", []),
    readsImagesItself: true,
    match: matching(answer),
  });
  const items = [{ target, sbom: { packed: Buffer.from("sbom"), digest: `sha256:${"0".repeat(64)}` } }];

  it("stands for the image if the second one is asked about lists alone", async () => {
    const both = several({ One: first, Two: second(finding("CVE-2")) }, { byList: "beside" });
    const [again] = (await both.scanStored?.(items, world)) ?? [];
    expect(again && "findings" in again && seen(again)).toEqual(["CVE-1 HIGH", "CVE-2 HIGH"]);
  });

  // Proves: nothing-vanishes-history-name
  it("is not used if the second one reads images itself, as it may see more in them", () => {
    const both = several({ One: first, Two: second(finding("CVE-2")) });
    expect([both.scanStored, both.readsImagesItself]).toEqual([undefined, true]);
  });

  it("is used with the first one alone if the second one could not be had, and may be missing", () => {
    expect(several({ One: first, Two: broken }, { optional: ["two"] }).scanStored).toBeDefined();
  });

  it("is not used if a scanner fails that must not, and otherwise the answer says that it failed", async () => {
    const stored = (optional: readonly string[]) =>
      several({ One: first, Two: second(broken) }, { byList: "beside", optional }).scanStored?.(items, world);
    expect(await stored([])).toEqual([{ incompatible: broken.what, isOlder: false }]);
    expect(await stored(["two"])).toMatchObject([
      { opinions: [{ scanner: "One" }, { scanner: "Two", failed: { code: "scan-timeout" } }] },
    ]);
  });
});
