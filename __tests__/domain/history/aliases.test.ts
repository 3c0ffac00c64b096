import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { mergeRun } from "../../../src/domain/history/merge.ts";
import { type ImageRecord, imageSchema, isThere } from "../../../src/domain/history/record.ts";
import type { ImageChange, RunSeen } from "../../../src/domain/history/running.ts";
import { readStored } from "../../../src/state/documents.ts";
import { cpuMs } from "../../support/runs/patience.ts";
import { makeFinding, makePackage } from "../make.ts";
import { type Shown, seenOf } from "./runs.ts";

// The effects of ids that a scanner, or another party, claims for a finding.

const NAME = "ghcr.io/acme/app";
const week = (number: number) => new Date(Date.UTC(2026, 0, 5 + 7 * number)).toISOString();
const other = makePackage({ name: "zlib", purl: "pkg:deb/debian/zlib@1.2" });

const named = (id: string, ...aliases: string[]): Finding =>
  makeFinding({ id, ...(aliases.length > 0 && { aliases }) });

/** A scan by these scanners, of which some failed. */
function by(looked: readonly string[], findings: readonly Finding[], failed: readonly string[] = []): Shown {
  const opinions = [
    ...looked.map((scanner) => ({ scanner, findings: findings.length, sees: ["debian"] })),
    ...failed.map((scanner) => ({ scanner, findings: 0, sees: [], failed: { code: "scan-timeout", what: "Slow" } })),
  ];
  const provenance = { scanner: looked[0] ?? "", scanners: ["vuln"] };
  return { findings, scan: { findings, provenance, ...(opinions.length > 1 && { opinions }) } };
}

function changesOf(...runs: readonly RunSeen[]): ImageChange[] {
  let records = new Map<string, ImageRecord>();
  return runs.map((seen) => {
    const changes = mergeRun(records, seen);
    records = new Map(changes.map(({ image, after }) => [image, after]));
    return changes.find(({ image }) => image === NAME) as ImageChange;
  });
}

const weekly = (...weeks: readonly (readonly Shown[])[]) =>
  weeks.map((shown, number): RunSeen => ({ ...seenOf(week(number), shown), usualScanner: "Trivy" }));
const last = (...weeks: readonly (readonly Shown[])[]) => changesOf(...weekly(...weeks)).at(-1) as ImageChange;
const there = ({ after }: ImageChange): string[] =>
  after.findings.filter(({ episodes }) => isThere(episodes)).map(({ id }) => id);
const why = ({ closed }: ImageChange) => closed.map(({ id, episodes }) => [id, episodes.at(-1)?.why]);

describe("a finding that goes by another id", () => {
  it("is the one that was known, with its first day, by any scanner that sees it", () => {
    const change = last([by(["Trivy"], [named("CVE-1")])], [by(["Grype"], [named("GHSA-1", "CVE-1")])]);
    expect(change.after.findings).toMatchObject([
      { id: "GHSA-1", aliases: ["CVE-1"], "first-seen": week(0), episodes: [{ opened: week(0) }] },
    ]);
    expect([change.opened, change.closed]).toEqual([[], []]);
    const back = last(
      [by(["Grype"], [named("GHSA-1", "CVE-1")])],
      [by(["Trivy"], [named("CVE-1")])],
      [by(["Grype"], [named("GHSA-1")])],
    );
    expect(back.after.findings).toMatchObject([{ id: "GHSA-1", aliases: ["CVE-1"], episodes: [{ opened: week(0) }] }]);
  });

  it("is one, if two were counted before it was known that they are one", () => {
    const change = last(
      [by(["Trivy", "Grype"], [named("CVE-1")])],
      [by(["Trivy", "Grype"], [named("CVE-1"), named("GHSA-1")])],
      [by(["Trivy", "Grype"], [named("CVE-1", "GHSA-1")])],
    );
    expect(change.after.findings).toMatchObject([
      { id: "CVE-1", aliases: ["GHSA-1"], episodes: [{ opened: week(0) }] },
    ]);
    expect([change.opened, change.closed]).toEqual([[], []]);
  });

  it("is one of two images of a name of which one was read by fewer scanners", () => {
    const change = last([
      { ...by(["Trivy", "Grype"], [named("CVE-1", "GHSA-1")]), tag: "1" },
      { ...by(["Grype"], [named("GHSA-1", "CVE-1")], ["Trivy"]), tag: "2" },
    ]);
    expect(change.after.findings).toMatchObject([{ id: "CVE-1", aliases: ["GHSA-1"] }]);
    const twice = last([
      { ...by(["Grype"], [named("GHSA-1", "CVE-1"), named("GHSA-2", "CVE-1")]), tag: "1" },
      { ...by(["Grype"], [named("GHSA-1", "CVE-1")]), tag: "2" },
    ]);
    expect(there(twice)).toEqual(["GHSA-1", "GHSA-2"]);
  });

  it("is known from a history that has neither aliases nor scanners", () => {
    const old = readStored(
      Buffer.from(
        JSON.stringify({
          version: 1,
          image: NAME,
          "first-seen": week(0),
          "last-seen": week(0),
          "last-scan": week(0),
          running: [],
          findings: [
            {
              kind: "vulnerability",
              id: "CVE-1",
              package: "pkg:deb/debian/libssl3",
              versions: ["3.0.11-1"],
              severity: "high",
              "first-seen": week(0),
              "last-seen": week(0),
              episodes: [{ opened: week(0) }],
            },
          ],
        }),
      ),
      imageSchema,
      "it",
      "the memory",
    );
    const [, seen] = weekly([], [by(["Grype"], [named("GHSA-1", "CVE-1")])]);
    const [change] = mergeRun(new Map([[NAME, old]]), seen as RunSeen);
    expect([there(change as ImageChange), change?.opened, change?.closed]).toEqual([["GHSA-1"], [], []]);
    const [, none] = weekly([], [by(["Grype"], [])]);
    const [kept] = mergeRun(new Map([[NAME, old]]), none as RunSeen);
    expect(kept?.after.findings).toMatchObject([{ "seen-by": ["Trivy"], episodes: [{ opened: week(0) }] }]);
  });
});

describe("an alias that is not true", () => {
  // Proves: nothing-vanishes-history-name
  it("makes none of two findings vanish that are both seen, in a cycle of names either", () => {
    const both = [by(["Trivy"], [named("CVE-1"), named("GHSA-2")])];
    for (const evil of [
      [named("CVE-1", "GHSA-2"), named("GHSA-2")],
      [named("CVE-1", "GHSA-2"), named("GHSA-2", "CVE-1")],
      [named("CVE-1", "GHSA-2", "CVE-9"), named("GHSA-2", "CVE-1", "CVE-9")],
    ])
      expect(there(last(both, [by(["Trivy"], evil)]))).toEqual(["CVE-1", "GHSA-2"]);
  });

  // Proves: nothing-vanishes-history-name
  it("does not take another CVE's place, which is closed as if it was never claimed", () => {
    const evil = [by(["Trivy"], [named("CVE-2", "GHSA-1")])];
    const known = [by(["Trivy"], [named("CVE-1", "GHSA-1")])];
    const change = last(known, evil);
    expect([there(change), why(change)]).toEqual([["CVE-2"], [["CVE-1", "fixed"]]]);
    expect(change.opened.map(({ id }) => id)).toEqual(["CVE-2"]);
  });

  // Proves: nothing-vanishes-history-name
  it("closes nothing that its own scanner could not look for", () => {
    const known = [
      by(["Trivy", "Grype"], [{ ...named("GHSA-1"), opinions: [opinionOf("Grype", "GHSA-1")] }, named("CVE-2")]),
    ];
    const evil = [by(["Trivy"], [named("CVE-2", "GHSA-1")], ["Grype"])];
    expect(there(last(known, evil))).toEqual(["CVE-2", "GHSA-1"]);
  });

  it("is about its own package alone", () => {
    const known = [by(["Trivy"], [{ ...named("GHSA-1"), package: other }])];
    const change = last(known, [by(["Trivy"], [named("CVE-2", "GHSA-1")])]);
    expect([there(change), change.closed.map(({ id }) => id)]).toEqual([["CVE-2"], ["GHSA-1"]]);
  });

  // Proves: nothing-vanishes-history-name
  it("connects nothing if it is one of a crowd, in time that grows with the findings alone", () => {
    const many = Array.from({ length: 3000 }, (_, index) => named(`GHSA-${index}`, "NOTICE-1"));
    const crowd = many.map(({ id }) => id);
    const began = cpuMs();
    const change = last(
      [by(["Trivy"], many)],
      [by(["Grype"], [named("OTHER-1", "NOTICE-1"), named("HUB-1", ...crowd)])],
      [by(["Trivy"], many)],
    );
    expect(cpuMs() - began).toBeLessThan(5000);
    // One of the many findings was matched with the notice. The others wait for their scanner.
    expect(change.after.findings.filter(({ id }) => id.startsWith("GHSA-"))).toHaveLength(3000);
    expect(there(change).filter((id) => id.startsWith("GHSA-"))).toHaveLength(3000);
  });
});

function opinionOf(scanner: string, id: string) {
  return { scanner, id, severity: "HIGH" as const, fixedVersions: [] };
}

describe("a scanner that is not asked", () => {
  const grypes = { ...named("GHSA-1"), opinions: [opinionOf("Grype", "GHSA-1")] };
  const both = [by(["Trivy", "Grype"], [grypes])];

  it("leaves what it saw for 30 days, and then takes it back; nothing is fixed", () => {
    const off = [by(["Trivy"], [])];
    const weeks = changesOf(...weekly(both, off, off, off, off, off));
    expect(weeks.map(there)).toEqual([["GHSA-1"], ["GHSA-1"], ["GHSA-1"], ["GHSA-1"], ["GHSA-1"], []]);
    expect(weeks.flatMap(why)).toEqual([["GHSA-1", "withdrawn"]]);
    const again = changesOf(...weekly(both, off, off, both)).at(-1) as ImageChange;
    expect([there(again), again.opened]).toEqual([["GHSA-1"], []]);
  });

  it("and fails leaves what it saw for as long as it fails", () => {
    const failing = [by(["Trivy"], [], ["Grype"])];
    const weeks = changesOf(...weekly(both, ...Array.from({ length: 12 }, () => failing)));
    expect(weeks.flatMap(({ opened, closed }) => [...opened, ...closed]).map(({ id }) => id)).toEqual(["GHSA-1"]);
    expect(there(weeks.at(-1) as ImageChange)).toEqual(["GHSA-1"]);
  });

  it("and has no advisories for the distribution has not looked for the distribution's packages", () => {
    const os = { family: "debian", name: "12", endOfLife: false };
    const blind = by(["Trivy", "Grype"], []);
    const opinions = blind.scan?.opinions?.map((each) => (each.scanner === "Grype" ? { ...each, sees: [] } : each));
    const artifact = { names: [`${NAME}:1`], packages: 1, os };
    const change = last(both, [{ ...blind, scan: { ...blind.scan, opinions, artifact } }]);
    expect(there(change)).toEqual(["GHSA-1"]);
  });
});
