import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { InstalledPackage, LocatedTarget, ScanResult, Target } from "../../../src/domain/target.ts";
import { heldToImage } from "../../../src/scan/acquired.ts";
import { type SeveralRules, severalScanners } from "../../../src/scan/several/several-scanners.ts";
import type { Scanner, ScanOptions, ScanSession } from "../../../src/scanners/scanner.ts";
import { GateError } from "../../../src/system/errors.ts";
import type { World } from "../../../src/system/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const target: Target = { kind: "image", input: "app:1", label: "app:1" };
const located: LocatedTarget = { how: "reference", location: "app:1" };
const world = { signal: new AbortController().signal } as World;
const broken = new GateError("scan-timeout", "it took too long", "Raise `timeout`.");

const finding = (id: string, severity: Finding["severity"]): Finding => ({
  kind: "vulnerability",
  id,
  severity,
  title: "",
  package: { name: "openssl", version: "1", type: "deb", ecosystem: "debian", purl: "pkg:deb/debian/openssl@1" },
  fixedVersions: [],
  status: "affected",
});

function scanner(name: string, findings: readonly Finding[] | GateError, asked: ScanOptions[] = []): Scanner {
  const scan = async (_: Target, __: LocatedTarget, options: ScanOptions): Promise<ScanResult> => {
    asked.push(options);
    if (findings instanceof GateError) throw findings;
    return {
      artifact: { names: ["app:1"], packages: 1, os: { family: "debian", name: "12", endOfLife: false } },
      packages: [],
      layers: [],
      findings,
      suppressed: 0,
      provenance: { scanner: name, scanners: ["vuln"] },
    };
  };
  const session = { scan };
  return { name, session: () => session };
}

const one = scanner("One", [finding("CVE-1", "HIGH"), finding("CVE-2", "LOW")]);
const two = scanner("Two", [finding("CVE-1", "CRITICAL"), finding("CVE-3", "LOW")]);
const scan = (all: readonly [string, Scanner | GateError][], optional: readonly string[] = []) =>
  severalScanners(
    all.map(([name, each]) => ({ name, scanner: each })),
    { optional },
  )
    .session("/cache")
    .scan(target, located, { reportFile: "/run/report.json" }, world);

describe("several scanners by one list", () => {
  it("read the target once: the others are asked about its packages, and the time left is passed on", async () => {
    const own: ScanOptions[] = [];
    const asked: object[] = [];
    const matcher: Scanner = {
      ...scanner("Two", new GateError("target-kind-unsupported", "It must not read it.", "No.")),
      async match(lists, options) {
        asked.push(options);
        const found = new Map([["", [finding("CVE-3", "LOW")]]]);
        return lists.map(() => ({ found, unread: new Set<string>(), notes: [], by: { scanner: "Two" } }));
      },
    };
    const several = severalScanners(
      [
        { name: "One", scanner: scanner("One", [finding("CVE-1", "HIGH")], own) },
        { name: "Two", scanner: matcher },
      ],
      { byList: "beside" },
    );
    using folder = temporaryFolder();
    const here = { ...world, runFolder: folder.path } as World;
    const onSbom = () => {};
    const options = { reportFile: join(folder.path, "report.json"), spentMs: 5_000, onSbom };
    const { findings } = await several.session("/cache").scan(target, located, options, here);
    expect(findings.map(({ id }) => id).sort()).toEqual(["CVE-1", "CVE-3"]);
    expect(own).toMatchObject([{ onSbom }]);
    expect(asked).toMatchObject([{ spentMs: expect.toSatisfy((ms: number) => ms >= 5_000) }]);
  });
});

describe("several scanners", () => {
  it("are asked about one target, and each finding counts once, with the highest severity", async () => {
    const { findings, opinions } = await scan([
      ["One", one],
      ["Two", two],
    ]);
    expect(findings.map(({ id, severity }) => [id, severity]).sort()).toEqual([
      ["CVE-1", "CRITICAL"],
      ["CVE-2", "LOW"],
      ["CVE-3", "LOW"],
    ]);
    expect(opinions?.map(({ scanner: name }) => name)).toEqual(["One", "Two"]);
  });

  it("find the same whichever is named first", async () => {
    const [first, second] = await Promise.all([
      scan([
        ["One", one],
        ["Two", two],
      ]),
      scan([
        ["Two", two],
        ["One", one],
      ]),
    ]);
    const seen = ({ findings }: ScanResult) => findings.map(({ id, severity }) => `${id} ${severity}`).sort();
    expect(seen(first)).toEqual(seen(second));
  });

  it("write reports alongside each other, of which only the first one is taken further", async () => {
    const asked: ScanOptions[] = [];
    const all = ["A", "B"].map((name) => ({ name, scanner: scanner(name, [], asked) }));
    const options = { reportFile: "/run/report.json", onReport: () => {} };
    await severalScanners(all, {}).session("/cache").scan(target, located, options, world);
    expect(asked.map(({ reportFile, onReport }) => [reportFile, onReport !== undefined])).toEqual([
      ["/run/report.json", true],
      ["/run/report-of-2.json", false],
    ]);
  });

  it("must each have read the image that they were given", async () => {
    const image = { imageId: `sha256:${"1".repeat(64)}` } as ScanOptions["image"];
    const reading = (name: string, imageId: string | undefined): Scanner => ({
      name,
      session: (folder) => ({
        async scan(...all) {
          const result = await scanner(name, [])
            .session(folder)
            .scan(...all);
          return { ...result, artifact: { ...result.artifact, imageId } };
        },
      }),
    });
    const given = image?.imageId;
    for (const [imageId, code] of [
      [given, undefined],
      [`sha256:${"2".repeat(64)}`, "image-inconsistent"],
    ] as const) {
      const all = [reading("One", given), reading("Two", imageId)].map((each) => ({
        name: each.name,
        scanner: heldToImage(each),
      }));
      const options = { reportFile: "/run/report.json", image };
      const scanning = severalScanners(all, {}).session("/cache").scan(target, located, options, world);
      const failed = await scanning.then(
        () => undefined,
        (error: GateError) => error.code,
      );
      expect(failed).toBe(code);
    }
  });

  // Proves: scanner-without-data-no
  it("are all needed, unless the policy calls one optional", async () => {
    const failing = scanner("Two", broken);
    await expect(
      scan([
        ["One", one],
        ["Two", failing],
      ]),
    ).rejects.toBe(broken);
    await expect(async () =>
      scan([
        ["One", one],
        ["Two", broken],
      ]),
    ).rejects.toBe(broken);
    for (const second of [failing, broken]) {
      const { findings, opinions } = await scan(
        [
          ["One", one],
          ["Two", second],
        ],
        ["two"],
      );
      expect(findings).toHaveLength(2);
      expect(opinions?.[1]).toMatchObject({ scanner: "Two", failed: { code: "scan-timeout" } });
    }
    // No scanner has scanned it: even if all are optional, it cannot pass.
    await expect(
      scan(
        [
          ["One", scanner("One", broken)],
          ["Two", failing],
        ],
        ["one", "two"],
      ),
    ).rejects.toBe(broken);
  });
});

describe("stored SBOMs", () => {
  // The conditions under which several scanners use an image's SBOM instead of the image.

  const target: Target = { kind: "image", input: "app:1", label: "app:1" };
  const world = { signal: new AbortController().signal, runFolder: "/run" } as World;
  const digest = `sha256:${"0".repeat(64)}`;
  const packed = Buffer.from("sbom");

  const installed = (name: string, version = "1"): InstalledPackage => ({
    name,
    version,
    type: "npm",
    purl: `pkg:npm/${name}@${version}`,
  });
  const finding = (name: string, id: string): Finding => ({
    kind: "vulnerability",
    id,
    severity: "HIGH",
    title: "",
    package: { ...installed(name) },
    fixedVersions: [],
    status: "affected",
  });

  const result = (
    scanner: string,
    packages: readonly InstalledPackage[],
    findings: readonly Finding[],
  ): ScanResult => ({
    artifact: { names: ["app:1"], packages: packages.length },
    packages,
    layers: [],
    findings,
    suppressed: 0,
    provenance: { scanner, scanners: ["vuln"] },
  });

  const LISTED = [installed("left-pad")];
  const listed = result("Trivy", LISTED, [finding("left-pad", "CVE-1")]);
  const trivy: Scanner = {
    name: "Trivy",
    scanStored: async (items) => items.map(() => listed),
    session: () => sessionOf(async () => listed),
  };

  const sessionOf = (scan: () => Promise<ScanResult>): ScanSession => ({ scan });

  /** Grype's results for the image and for the list. */
  function grype(image: ScanResult | GateError, list: ScanResult | GateError): Scanner {
    const or = async (answer: ScanResult | GateError) => {
      if (answer instanceof GateError) throw answer;
      return answer;
    };
    return {
      name: "Grype",
      readsImagesItself: true,
      async match(lists) {
        const { findings } = await or(list);
        const found = new Map([["", findings]]);
        return lists.map(() => ({ found, unread: new Set<string>(), notes: [], by: { scanner: "Grype" } }));
      },
      session: () => sessionOf(() => or(image)),
    };
  }

  const both = (second: Scanner, rules: SeveralRules) =>
    severalScanners(
      [trivy, second].map((scanner) => ({ name: scanner.name, scanner })),
      rules,
    );

  const same = result("Grype", LISTED, [finding("left-pad", "CVE-2")]);
  const broken = new GateError("scan-timeout", "It took too long", "Raise `timeout`.");
  const items = [{ target, sbom: { packed, digest } }];

  describe("a stored SBOM, with two scanners", () => {
    it("stands for the image if the second one is asked about lists alone", async () => {
      const [again] = (await both(grype(same, same), { byList: "beside" }).scanStored?.(items, world)) ?? [];
      expect(again && "findings" in again && again.findings.map(({ id }) => id).sort()).toEqual(["CVE-1", "CVE-2"]);
    });

    // Proves: nothing-vanishes-history-name
    it("is not used if the second one reads images itself, as it may see more in them", () => {
      const scanner = both(grype(same, same), {});
      expect([scanner.scanStored, scanner.readsImagesItself]).toEqual([undefined, true]);
    });

    it("is used with the first one alone if the second one could not be had, and may be missing", () => {
      const all = [
        { name: "Trivy", scanner: trivy },
        { name: "Grype", scanner: broken },
      ];
      expect(severalScanners(all, { optional: ["grype"] }).scanStored).toBeDefined();
    });

    it("is not used if a scanner fails that must not, and otherwise the answer says that it failed", async () => {
      const stored = (optional: readonly string[]) =>
        both(grype(same, broken), { byList: "beside", optional }).scanStored?.(items, world);
      expect(await stored([])).toEqual([{ incompatible: broken.what, isOlder: false }]);
      expect(await stored(["grype"])).toMatchObject([
        { opinions: [{ scanner: "Trivy" }, { scanner: "Grype", failed: { code: "scan-timeout" } }] },
      ]);
    });
  });
});

describe("an optional scanner", () => {
  const broken = new GateError("scan-timeout", "it took too long", "Raise `timeout`.");
  const replaced = [
    "trivy-hash-mismatch",
    "grype-hash-mismatch",
    "grype-database-hash-mismatch",
    "grype-signature-invalid",
    "grype-checksum-missing",
    "grype-archive-invalid",
    "grype-version-invalid",
    "grype-known-bad",
  ];

  function scanner(name: string, fails: boolean): Scanner {
    const scan = async () => {
      if (fails) throw broken;
      const provenance = { scanner: name, scanners: ["vuln"] };
      return {
        artifact: { names: [], packages: 1 },
        packages: [],
        layers: [],
        findings: [],
        suppressed: 0,
        provenance,
      };
    };
    const session = { scan };
    return { name, session: () => session };
  }

  /** Trivy is optional and cannot be installed, or fails. Grype finds nothing bad. */
  const judged = (trivy: Scanner | GateError, asked: readonly string[]) =>
    Promise.resolve()
      .then(() =>
        severalScanners(
          [
            { name: "Trivy", scanner: trivy },
            { name: "Grype", scanner: scanner("Grype", false) },
          ],
          { optional: ["trivy"], asked },
        )
          .session("/cache")
          .scan(
            { kind: "image", input: "app:1", label: "app:1" },
            { how: "reference", location: "app:1" },
            { reportFile: "/run/report.json" },
            { signal: new AbortController().signal } as World,
          ),
      )
      .then(
        ({ opinions }) => opinions?.find(({ failed }) => failed !== undefined)?.scanner,
        (error: unknown) => error,
      );

  // Proves: second-scanner-refutes-nothing
  it("a run goes on without an optional scanner only if another one looks for all that was asked for", async () => {
    for (const trivy of [broken, scanner("Trivy", true)]) {
      expect(await judged(trivy, ["vuln"])).toBe("Trivy");
      expect(await judged(trivy, ["vuln", "secret"])).toBe(broken);
    }
  });

  // Proves: scanner-without-data-no
  it.each(replaced)(
    "a run does not go on without an optional scanner that may have been replaced: %s",
    async (code) => {
      const error = new GateError(code, "it is another one", "Find out who has replaced it.");
      expect(await judged(error, ["vuln"])).toBe(error);
    },
  );
});
