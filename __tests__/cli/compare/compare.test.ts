import { describe, expect, it } from "vitest";
import { compare as command } from "../../../src/cli/compare/compare.ts";
import { notScanned, scanned } from "../../domain/make.ts";
import { AFTER, BEFORE, ownReport, trivyReport } from "../reports.ts";
import { cliWorld } from "../world.ts";

const compare = (
  { old, new: now, json, most }: { old: string; new: string; json?: boolean; most?: number },
  world: { workspace: string },
) => command({ words: [old, now] }, { world, format: json ? "json" : "table" }, undefined, most);

const cycloneDx = (packages: readonly (readonly [string, string])[]) =>
  JSON.stringify({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    metadata: { component: { type: "container", name: "app" } },
    components: [
      { type: "operating-system", name: "debian", version: "12" },
      ...packages.map(([name, version]) => ({
        type: "library",
        name,
        version,
        purl: `pkg:deb/debian/${name}@${version}`,
      })),
    ],
  });
const spdx = (packages: readonly (readonly [string, string])[]) =>
  JSON.stringify({
    spdxVersion: "SPDX-2.3",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "app",
    documentDescribes: ["SPDXRef-app"],
    packages: [
      { SPDXID: "SPDXRef-app", name: "app", versionInfo: "1" },
      ...packages.map(([name, version], index) => ({
        SPDXID: `SPDXRef-${index}`,
        name,
        versionInfo: version,
        externalRefs: [{ referenceType: "purl", referenceLocator: `pkg:deb/debian/${name}@${version}?arch=amd64` }],
      })),
    ],
  });
const syft = (packages: readonly (readonly [string, string])[]) =>
  JSON.stringify({
    artifacts: packages.map(([name, version]) => ({
      name,
      version,
      type: "deb",
      purl: `pkg:deb/debian/${name}@${version}?distro=debian-12`,
      locations: [{ path: "/var/lib/dpkg/status" }],
    })),
    source: { name: "app" },
    descriptor: { name: "syft", version: "1.40.0" },
    schema: { version: "16.0.0" },
  });
const OLD = [
  ["libssl3", "3.0.11-1"],
  ["bash", "5.2-1"],
  ["gone", "1"],
] as const;
const NEW = [
  ["libssl3", "3.0.15-1"],
  ["bash", "5.2-1"],
  ["zlib1g", "1.2"],
] as const;

describe("compare", () => {
  it("says of two reports what was gained, lost, upgraded, new, gone and changed", () => {
    using world = cliWorld({ "old.json": ownReport([BEFORE]), "new.json": ownReport([AFTER]) });
    expect(compare({ old: "old.json", new: "new.json" }, world)).toEqual({
      out: `old.json (report of Image Gate) → new.json (report of Image Gate)

ghcr.io/acme/app:1.0 → ghcr.io/acme/app:1.1
  packages: 1 gained, 1 upgraded, 1 lost
  findings: 1 new, 1 gone, 1 in both
  gained     zlib1g 1.2 (debian); brings 1 CRITICAL
  upgraded   libssl3 3.0.11-1 → 3.0.15-1 (debian); clears 1 HIGH
  lost       gone 1 (debian)
  new        CRITICAL CVE-2024-0003  zlib1g 1.2
  gone       HIGH     CVE-2024-0001  libssl3 3.0.11-1
  changed    MEDIUM   CVE-2024-0002  bash 5.2-1: LOW → MEDIUM; a fix is there: 3.0.15-1
`,
      err: "",
      code: 0,
    });
  });

  it.each([
    ["CycloneDX with SPDX", cycloneDx(OLD), spdx(NEW)],
    ["our report with Syft's JSON", ownReport([BEFORE]), syft(NEW)],
    [
      "Trivy's report with CycloneDX",
      trivyReport(
        [],
        OLD.map(([name, version]) => ({ name, version })),
      ),
      cycloneDx(NEW),
    ],
  ])("compares %s by package URL", (_, old, now) => {
    using world = cliWorld({ old, new: now });
    const [pair] = JSON.parse(compare({ old: "old", new: "new", json: true }, world).out).targets;
    expect(pair.packages.counts).toEqual({ gained: 1, upgraded: 1, downgraded: 0, changed: 0, lost: 1 });
    expect(pair.packages.changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: "gained", name: "zlib1g", to: "1.2" }),
        expect.objectContaining({ kind: "upgraded", name: "libssl3", from: "3.0.11-1", to: "3.0.15-1" }),
        expect.objectContaining({ kind: "lost", name: "gone", from: "1" }),
      ]),
    );
    expect(pair.findings).toBeUndefined();
    expect(pair.withoutPaths).toBe(true);
  });

  it("compares two reports of Trivy's", () => {
    const old = trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]);
    const now = trivyReport([{ id: "CVE-2024-0002", severity: "LOW" }], undefined, "ghcr.io/acme/app:1.1");
    using world = cliWorld({ old, now });
    const { out, code } = compare({ old: "old", new: "now" }, world);
    expect(out).toContain(
      "ghcr.io/acme/app:1.0 → ghcr.io/acme/app:1.1\n  packages: no change\n  findings: 1 new, 1 gone, 0 in both\n",
    );
    expect(code).toBe(0);
  });

  it("says nothing of packages if one of two reports lists none, as Trivy's without --list-all-pkgs", () => {
    const full = trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]);
    const bare = trivyReport([{ id: "CVE-2024-0002", severity: "LOW" }], []);
    using world = cliWorld({ full, bare });
    for (const [old, now] of [
      ["full", "bare"],
      ["bare", "full"],
    ] as const) {
      const { out } = compare({ old, new: now }, world);
      expect(out).toContain("findings: 1 new, 1 gone, 0 in both");
      expect(out).toContain("packages: not compared, since one of the two lists none");
      expect(out).not.toMatch(/gained|lost/);
    }
  });

  it("pairs targets by image, and names those that only one has or that were not judged", () => {
    const two = scanned([], "ghcr.io/acme/web:2");
    using world = cliWorld({
      old: ownReport([BEFORE, scanned([], "ghcr.io/acme/db:1")]),
      new: ownReport([two, AFTER, notScanned("ghcr.io/acme/bad:1")]),
    });
    const { out } = compare({ old: "old", new: "new" }, world);
    expect(out).toContain("\nghcr.io/acme/app:1.0 → ghcr.io/acme/app:1.1\n");
    expect(out).toContain("\nOnly in old: ghcr.io/acme/db:1\n\nOnly in new: ghcr.io/acme/web:2\n");
    expect(out).toContain("\nNot judged in new, so not compared: ghcr.io/acme/bad:1\n");
  });

  it("names what the older report had alongside the only image of the newer one", () => {
    using world = cliWorld({
      "old.json": ownReport([BEFORE, scanned([], "ghcr.io/acme/db:1")]),
      "new.json": ownReport([AFTER]),
    });
    const { out } = compare({ old: "old.json", new: "new.json" }, world);
    expect(out).toContain("\nOnly in old.json: ghcr.io/acme/db:1\n");
  });

  it("shows so many rows of a kind at a terminal", () => {
    const many = Array.from({ length: 5 }, (_, index) => [`p${index}`, "1"] as const);
    using world = cliWorld({ old: cycloneDx([]), new: cycloneDx(many) });
    const { out } = compare({ old: "old", new: "new", most: 2 }, world);
    expect(out.match(/^ {2}gained/gm)).toHaveLength(2);
    expect(out).toContain("  and 3 more of these; --json has all\n");
  });

  // Proves: name-controls-no-terminal
  it("shows no control character of a document, as text and as JSON", () => {
    const bad = "a\u001b[2J\u009b\r\u202e";
    using world = cliWorld({ old: cycloneDx([]), new: cycloneDx([[bad, bad]]) });
    for (const json of [true, false])
      expect(compare({ old: "old", new: "new", json }, world).out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it.each([
    ["a file that is not there", "none", "file-missing"],
    ["a folder", ".", "file-not-regular"],
    ["another JSON", "other", "document-unknown"],
    ["an SBOM without a list", "broken", "document-damaged"],
  ])("refuses %s", (_, old, code) => {
    using world = cliWorld({ new: cycloneDx([]), other: "[]", broken: '{"spdxVersion": "SPDX-2.3"}' });
    expect(() => compare({ old, new: "new" }, world)).toThrow(expect.objectContaining({ code }));
  });
});
