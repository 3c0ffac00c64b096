import { describe, expect, it } from "vitest";
import type { JudgedCoverage } from "../../../src/domain/coverage.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { mergeRun } from "../../../src/domain/history/merge.ts";
import { type FindingRecord, type ImageRecord, presentSince } from "../../../src/domain/history/record.ts";
import type { ImageChange, RunSeen } from "../../../src/domain/history/running.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { makeException, makeFinding, makePackage, makePolicy } from "../make.ts";
import { type Shown, seenOf } from "./runs.ts";

const NAME = "ghcr.io/acme/app";
const week = (number: number) => new Date(Date.UTC(2026, 0, 5 + 7 * number)).toISOString();

/** The record of the one image after these runs. */
function recordAfter(...runs: readonly RunSeen[]): ImageRecord {
  return changeAfter(...runs).after;
}

function changeAfter(...runs: readonly RunSeen[]): ImageChange {
  let records = new Map<string, ImageRecord>();
  let changes: ImageChange[] = [];
  for (const seen of runs) {
    changes = mergeRun(records, seen);
    records = new Map(changes.map((change) => [change.image, change.after]));
  }
  return changes.find(({ image }) => image === NAME) as ImageChange;
}

const finding = (record: ImageRecord, id = "CVE-1") => record.findings.find((each) => each.id === id) as FindingRecord;
const weekly = (...weeks: readonly (readonly Shown[])[]) => weeks.map((shown, number) => seenOf(week(number), shown));
const unread = (seen: RunSeen, ...unreadSources: string[]): RunSeen => ({ ...seen, unreadSources });

describe("a finding", () => {
  it("opens at the first scan that sees it, and closes as fixed at the first without it", () => {
    const record = recordAfter(...weekly([{ ids: ["CVE-1"] }], [{ ids: ["CVE-1"] }], [{ ids: [] }]));
    expect(finding(record)).toMatchObject({
      "first-seen": week(0),
      "last-seen": week(1),
      episodes: [{ opened: week(0), closed: week(2), why: "fixed" }],
    });
  });

  it("of several scanners stays one, whichever sees it, and closes only if one looks that saw it", () => {
    const both = { opinions: ["Trivy", "Grype"].map((scanner) => ({ scanner, findings: 1, sees: ["debian"] })) };
    const by = (...scanners: string[]): Finding =>
      makeFinding({
        id: "CVE-1",
        opinions: scanners.map((scanner) => ({ scanner, id: "CVE-1", severity: "HIGH", fixedVersions: [] })),
      });
    const asked = (findings: readonly Finding[]) => [{ findings, scan: { ...both, findings } }];
    const switchedOff = [{ ids: [] }];
    const runs = [asked([by("Trivy", "Grype")]), asked([by("Grype")]), switchedOff];
    const record = recordAfter(...weekly(...runs));
    expect(record.findings).toMatchObject([{ "seen-by": ["Grype"], episodes: [{ opened: week(0) }] }]);
    expect(finding(record).episodes.at(-1)?.closed).toBeUndefined();
    const gone = recordAfter(...weekly(...runs, asked([])));
    expect(finding(gone).episodes).toEqual([{ opened: week(0), closed: week(3), why: "fixed" }]);
  });

  it("that comes back opens a new episode, and was first seen when it was", () => {
    const record = recordAfter(...weekly([{ ids: ["CVE-1"] }], [{ ids: [] }], [{ ids: ["CVE-1"] }]));
    expect(finding(record)["first-seen"]).toBe(week(0));
    expect(finding(record).episodes).toEqual([{ opened: week(0), closed: week(1), why: "fixed" }, { opened: week(2) }]);
  });

  it("outlives a new version of its package, whose path has the version in it", () => {
    const at = (version: string): Finding =>
      makeFinding({
        id: "CVE-1",
        package: makePackage({ name: "foo", version, type: "python-pkg", purl: `pkg:pypi/foo@${version}` }),
        path: `usr/lib/site-packages/foo-${version}.dist-info/METADATA`,
      });
    const record = recordAfter(...weekly([{ findings: [at("1.0.0")] }], [{ findings: [at("1.1.0")], tag: "2" }]));
    expect(record.findings).toMatchObject([
      {
        package: "pkg:pypi/foo",
        path: "usr/lib/site-packages/foo-.dist-info/METADATA",
        versions: ["1.1.0"],
        episodes: [{ opened: week(0) }],
      },
    ]);
  });

  it("has its own place, whatever another image calls its packages", () => {
    const findings = (name: string, version: string) => [
      makeFinding({ id: "CVE-1", package: { name, version, type: "python-pkg" }, path: "lib/a-b c.1" }),
    ];
    const images = [
      { name: "ghcr.io/acme/aaa", findings: findings("a b", "c.1") },
      { name: NAME, findings: findings("a", "b c.1") },
    ];
    expect(finding(recordAfter(...weekly(images))).path).toBe("lib/a-");
  });

  it("is open while any image of the name has it, with all of its versions and the worst severity", () => {
    const one = makeFinding({ id: "CVE-1", severity: "LOW", package: makePackage({ version: "1" }) });
    const other = makeFinding({ id: "CVE-1", severity: "HIGH", package: makePackage({ version: "2" }) });
    const both = [
      { tag: "1", findings: [one] },
      { tag: "2", findings: [other] },
    ];
    expect(finding(recordAfter(...weekly(both)))).toMatchObject({ versions: ["1", "2"], severity: "high" });
    const still = recordAfter(...weekly(both, [{ tag: "1", findings: [one] }, { tag: "2" }]));
    expect(finding(still)).toMatchObject({ versions: ["1"], severity: "low", episodes: [{ opened: week(0) }] });
  });

  it("is withdrawn if its package is still there in the same version", () => {
    const { name, version, type, purl } = makePackage();
    const installed = (release: string): Shown => ({
      scan: { packages: [{ name, version: release, type, purl: purl?.replace(version, release) }] },
    });
    const runs = weekly([{ ids: ["CVE-1"] }], [installed(version)]);
    expect(finding(recordAfter(...runs)).episodes).toMatchObject([{ why: "withdrawn" }]);
    const updated = weekly([{ ids: ["CVE-1"] }], [installed("9")]);
    expect(finding(recordAfter(...updated)).episodes).toMatchObject([{ why: "fixed" }]);
  });

  it("that a scanner with other names for packages no longer finds is withdrawn, and not fixed", () => {
    const untold = { ...makePackage(), type: "unknown", purl: undefined };
    const reported: Shown = {
      findings: [makeFinding({ id: "CVE-2", package: untold, path: undefined })],
      scan: { artifact: { names: [], packages: undefined }, packages: [] },
    };
    const scanned: Shown = { ids: ["CVE-1"] };
    const to = recordAfter(...weekly([scanned], [reported]));
    expect(finding(to).episodes).toMatchObject([{ opened: week(0), closed: week(1), why: "withdrawn" }]);
    expect(finding(to, "CVE-2").episodes).toMatchObject([{ opened: week(1) }]);
    const back = recordAfter(...weekly([reported], [scanned]));
    expect(finding(back, "CVE-2").episodes).toMatchObject([{ why: "withdrawn" }]);
    const gone = recordAfter(...weekly([reported], [{ ...reported, findings: [] }]));
    expect(finding(gone, "CVE-2").episodes).toMatchObject([{ why: "fixed" }]);
    const beside = recordAfter(...weekly([reported, scanned], [{ ...reported, findings: [] }, { ids: [] }]));
    expect([finding(beside), finding(beside, "CVE-2")].map(({ episodes }) => episodes[0]?.why)).toEqual([
      "fixed",
      "fixed",
    ]);
  });

  it("that a report without packages no longer has is fixed only if another image runs", () => {
    const untold = { ...makePackage(), type: "unknown", purl: undefined };
    const reported = (digest: string | undefined, ...ids: readonly string[]): Shown => ({
      ...(digest !== undefined && { digest }),
      findings: ids.map((id) => makeFinding({ id, package: untold, path: undefined })),
      scan: { artifact: { names: [], packages: undefined }, packages: [] },
    });
    const why = (...weeks: readonly (readonly Shown[])[]) => finding(recordAfter(...weekly(...weeks))).episodes[0]?.why;
    const [a, b] = [`sha256:${"a".repeat(64)}`, `sha256:${"b".repeat(64)}`];
    expect(why([reported(a, "CVE-1")], [reported(a)])).toBe("withdrawn");
    expect(why([reported(a, "CVE-1")], [{ ...reported(a), tag: "2" }])).toBe("withdrawn");
    expect(why([reported(a, "CVE-1")], [reported(b)])).toBe("fixed");
    // One of two images no longer runs, and could be the one that had the finding.
    expect(why([reported(a, "CVE-1"), { ...reported(b), tag: "2" }], [{ ...reported(b), tag: "2" }])).toBe("fixed");
    // No scan succeeded in between: the last running image is not the one that had the finding.
    expect(why([reported(a, "CVE-1")], [{ digest: b, fails: true }], [reported(b)])).toBe("fixed");
  });

  it("has a fix since the first scan that knew one, and none any more if it disappears", () => {
    const known = [{ findings: [makeFinding({ id: "CVE-1", fixedVersions: ["2"] })] }];
    const unknown = [{ findings: [makeFinding({ id: "CVE-1", fixedVersions: [] })] }];
    expect(finding(recordAfter(...weekly(unknown, known, known)))["fix-since"]).toBe(week(1));
    expect(finding(recordAfter(...weekly(known, unknown)))["fix-since"]).toBeUndefined();
    expect(finding(recordAfter(...weekly(known, unknown, known)))["fix-since"]).toBe(week(2));
    const secret = [
      { findings: [makeFinding({ kind: "secret", id: "CVE-1", package: undefined, fixedVersions: [] })] },
    ];
    expect(finding(recordAfter(...weekly(secret)))["fix-since"]).toBe(week(0));
  });

  it("that is accepted has the last day of that, and is neither opened again nor closed by it", () => {
    const policy = makePolicy({ exceptions: [makeException({ id: "CVE-1", expires: "2026-01-12" })] });
    const shown = [{ ids: ["CVE-1"] }];
    const accepted = [0, 1].map((number) => seenOf(week(number), shown, { policy }));
    expect(finding(recordAfter(...accepted))).toMatchObject({
      "accepted-by": "exception",
      "accepted-until": "2026-01-12",
      episodes: [{ opened: week(0) }],
    });
    const ended = recordAfter(...accepted, seenOf(week(2), shown, { policy }));
    expect(finding(ended)).toMatchObject({ episodes: [{ opened: week(0) }] });
    expect([finding(ended)["accepted-by"], finding(ended)["accepted-until"]]).toEqual([undefined, undefined]);
  });

  it("that a VEX document accepts has no last day", () => {
    const vex = () => ({ status: "not_affected" as const, document: "vex.json" });
    const record = recordAfter(seenOf(week(0), [{ ids: ["CVE-1"] }], { vex }));
    expect([finding(record)["accepted-by"], finding(record)["accepted-until"]]).toEqual(["vex", undefined]);
  });

  it("is accepted only if it is in each image", () => {
    const policy = makePolicy({ exceptions: [makeException({ id: "CVE-1", images: [`${NAME}:1`] })] });
    const record = recordAfter(
      seenOf(
        week(0),
        [
          { tag: "1", ids: ["CVE-1"] },
          { tag: "2", ids: ["CVE-1"] },
        ],
        { policy },
      ),
    );
    expect(finding(record)["accepted-by"]).toBeUndefined();
  });

  it("that does not count is recorded as well", () => {
    const findings = [makeFinding({ id: "CVE-1", fixedVersions: [] })];
    expect(finding(recordAfter(seenOf(week(0), [{ findings }], { ignoreUnfixed: true }))).episodes).toEqual([
      { opened: week(0) },
    ]);
  });

  it("is reported by the run that opens or closes it, and by no other", () => {
    const weeks = weekly([{ ids: ["CVE-1"] }], [{ ids: ["CVE-1", "CVE-2"] }], [{ ids: ["CVE-2"] }]);
    const told = weeks.map((_, number) => {
      const { opened, closed } = changeAfter(...weeks.slice(0, number + 1));
      return [opened.map(({ id }) => id), closed.map(({ id }) => id)];
    });
    expect(told).toEqual([
      [["CVE-1"], []],
      [["CVE-2"], []],
      [[], ["CVE-1"]],
    ]);
  });

  it("is forgotten 400 days after it closed", () => {
    const runs = weekly([{ ids: ["CVE-1"] }], [{ ids: [] }]);
    const closed = Date.parse(week(1));
    const later = (days: number) => seenOf(new Date(closed + days * 86_400_000).toISOString(), [{ ids: [] }]);
    expect(recordAfter(...runs, later(400)).findings).toHaveLength(1);
    expect(recordAfter(...runs, later(401)).findings).toHaveLength(0);
  });

  it("that comes and goes for ever keeps its last 100 episodes", () => {
    const runs = Array.from({ length: 300 }, (_, number) =>
      seenOf(new Date(Date.UTC(2026, 0, 1, number)).toISOString(), [{ ids: number % 2 === 0 ? ["CVE-1"] : [] }]),
    );
    const { episodes } = finding(recordAfter(...runs));
    expect(episodes).toHaveLength(100);
    expect(episodes.at(-1)?.opened).toBe(runs[298]?.now);
    // However often it was away for less than 30 days, its first day stays.
    expect(presentSince(episodes)).toBe(runs[0]?.now);
  });

  it("that comes back every other month keeps no first day beyond its episodes", () => {
    const runs = Array.from({ length: 240 }, (_, number) =>
      seenOf(new Date(Date.UTC(2026, 0, 1 + 31 * number, 0, 0, number)).toISOString(), [
        { ids: number % 2 === 0 ? ["CVE-1"] : [] },
      ]),
    );
    const { episodes } = finding(recordAfter(...runs));
    expect(episodes).toHaveLength(100);
    expect(episodes[0]?.opened).toBe(runs[40]?.now);
    expect(presentSince(episodes)).toBe(runs[238]?.now);
  });
});

describe("a package that moves to another path", () => {
  const at = (path: string, more: { version?: string; id?: string; name?: string } = {}): Finding => {
    const { version = "1.0", id = "CVE-1", name = "log4j" } = more;
    return makeFinding({
      id,
      path,
      package: makePackage({ name, version, type: "jar", purl: `pkg:maven/a/${name}@${version}` }),
    });
  };
  const runs = (...weeks: readonly (readonly Finding[] | undefined)[]) =>
    weeks.map((findings, number) =>
      seenOf(
        week(number),
        findings === undefined ? [{ name: "x.io/other" }] : [{ findings, scan: packagesOf(findings) }],
      ),
    );
  const packagesOf = (findings: readonly Finding[]) => ({
    packages: findings.map(({ package: about, path }) => ({ ...(about as InstalledPackage), path })),
    findings,
  });
  const shown = ({ findings }: ImageRecord) =>
    findings.map(({ path, episodes }) => [path, ...episodes.map(({ opened, closed = "" }) => [opened, closed])]);
  const told = (...weeks: readonly (readonly Finding[])[]) => {
    const { opened, closed } = changeAfter(...runs(...weeks));
    return [opened.map(({ path }) => path), closed.map(({ path }) => path)];
  };

  it("in the same version keeps its findings: none opens, none closes, and the first day stays", () => {
    const weeks = [[at("a.jar")], [at("b.jar")]];
    expect(shown(recordAfter(...runs(...weeks)))).toEqual([["b.jar", [week(0), ""]]]);
    expect(told(...weeks)).toEqual([[], []]);
    expect(recordAfter(...runs(...weeks)).findings[0]).toMatchObject({ "first-seen": week(0), "fix-since": week(0) });
  });

  // Proves: no-deadline-begins-again
  it("every week never begins again", () => {
    const weeks = Array.from({ length: 20 }, (_, number) => [at(`${number % 3}/a.jar`)]);
    expect(shown(recordAfter(...runs(...weeks)))).toEqual([["1/a.jar", [week(0), ""]]]);
  });

  // Proves: no-deadline-begins-again
  it("by a copy of which the first one goes later does not begin again either", () => {
    const weeks = [[at("a.jar")], [at("a.jar"), at("b.jar")], [at("b.jar")], [at("b.jar"), at("c.jar")], [at("c.jar")]];
    expect(shown(recordAfter(...runs(...weeks)))).toEqual([["c.jar", [week(0), ""]]]);
    expect(told(...weeks)).toEqual([[], []]);
  });

  it("after it was away for some weeks keeps its first day, even if its image was", () => {
    for (const away of [[], undefined]) {
      const record = recordAfter(...runs([at("a.jar")], away, [at("b.jar")]));
      expect(shown(record)).toEqual([["b.jar", [week(0), week(1)], [week(2), ""]]]);
      expect(presentSince(record.findings[0]?.episodes ?? [])).toBe(week(0));
    }
    const late = recordAfter(...runs([at("a.jar")], [], [], [], [], [], [at("b.jar")]));
    expect(shown(late)).toEqual([
      ["a.jar", [week(0), week(1)]],
      ["b.jar", [week(6), ""]],
    ]);
  });

  it("does not leave its place to another version, package or advisory", () => {
    for (const more of [{ version: "1.1" }, { name: "other" }, { id: "CVE-2" }])
      expect(told([at("a.jar")], [at("b.jar", more)])).toEqual([["b.jar"], ["a.jar"]]);
    const secret = (path: string) => makeFinding({ kind: "secret", id: "key", package: undefined, path });
    const all = { provenance: { scanner: "Trivy", scanners: ["vuln", "secret"] } };
    const both = ["a", "b"].map((path, number) =>
      seenOf(week(number), [{ findings: [secret(path)], scan: { ...all, findings: [secret(path)] } }]),
    );
    expect(recordAfter(...both).findings).toHaveLength(2);
  });

  it("of which there were two is one that moved and one that is fixed: the oldest first day stays", () => {
    const weeks = [[at("a.jar")], [at("a.jar"), at("b.jar")], [at("c.jar")]];
    expect(shown(recordAfter(...runs(...weeks)))).toEqual([
      ["b.jar", [week(1), week(2)]],
      ["c.jar", [week(0), ""]],
    ]);
    expect(told(...weeks)).toEqual([[], ["b.jar"]]);
  });

  it("alongside an older copy that stays is fixed, and a new copy alongside one that stays is new", () => {
    const weeks = [[at("a.jar")], [at("a.jar"), at("b.jar")], [at("a.jar")]];
    expect(told(...weeks.slice(0, 2))).toEqual([["b.jar"], []]);
    expect(told(...weeks)).toEqual([[], ["b.jar"]]);
  });

  it("takes up the past of the place that it moves to", () => {
    const weeks = [[at("b.jar")], [], [], [], [], [], [at("a.jar")], [at("b.jar")]];
    expect(shown(recordAfter(...runs(...weeks)))).toEqual([["b.jar", [week(0), week(1)], [week(6), ""]]]);
  });

  it("while its advisory is withdrawn is not fixed, but a copy that is removed is", () => {
    const [first, second] = runs([at("a.jar")], [at("b.jar")]) as [RunSeen, RunSeen];
    const images = second.images.map((each) => ({ ...each, verdict: { ...each.verdict, findings: [] } }));
    expect(finding(recordAfter(first, { ...second, images })).episodes).toMatchObject([{ why: "withdrawn" }]);
    const copies = recordAfter(...runs([at("a.jar"), at("b.jar")], [at("b.jar")]));
    expect(copies.findings.map(({ episodes: [first] }) => first?.why)).toEqual(["fixed", undefined]);
  });

  it("stays where it could not be looked for", () => {
    const gaps = [{ gap: { code: "packages-unreadable", what: "", remedy: "", path: "a.jar" } }];
    const [first, second] = runs([at("a.jar")], [at("b.jar")]) as [RunSeen, RunSeen];
    const coverage = { rows: [], gaps } as unknown as JudgedCoverage;
    const images = second.images.map((each) => ({ ...each, verdict: { ...each.verdict, coverage } }));
    expect(recordAfter(first, { ...second, images }).findings.map(({ path }) => path)).toEqual(["a.jar", "b.jar"]);
  });

  it("with 20,000 copies takes little time", () => {
    const copies = (folder: string) => Array.from({ length: 20_000 }, (_, number) => at(`${folder}/${number}.jar`));
    const { after, opened, closed } = changeAfter(...runs(copies("a"), copies("b")));
    expect([after.findings.length, opened.length, closed.length]).toEqual([20_000, 0, 0]);
  });

  it("is healed where an older release recorded it as fixed and new", () => {
    const moved = recordAfter(...runs([at("a.jar")], [at("b.jar")]));
    const [now] = moved.findings as [FindingRecord];
    const old = {
      ...moved,
      findings: [
        { ...now, path: "a.jar", episodes: [{ opened: week(0), closed: week(1), why: "fixed" as const }] },
        { ...now, "first-seen": week(1), episodes: [{ opened: week(1) }] },
      ],
    };
    const [, , third] = runs([], [], [at("b.jar")]) as [RunSeen, RunSeen, RunSeen];
    const [change] = mergeRun(new Map([[NAME, old]]), third);
    expect(shown(change?.after as ImageRecord)).toEqual([["b.jar", [week(0), ""]]]);
  });
});

describe("what was not looked at", () => {
  // Proves: nothing-closes-because-looked
  it("an image whose scan failed keeps its findings, and so does every other of its name", () => {
    const both = [
      { tag: "1", ids: ["CVE-1"] },
      { tag: "2", ids: ["CVE-2"] },
    ];
    const record = recordAfter(
      ...weekly(both, [
        { tag: "1", fails: true },
        { tag: "2", ids: ["CVE-3"] },
      ]),
    );
    expect(record.findings.map(({ id, episodes }) => [id, episodes.at(-1)])).toEqual([
      ["CVE-1", { opened: week(0) }],
      ["CVE-2", { opened: week(0) }],
      ["CVE-3", { opened: week(1) }],
    ]);
    expect(record).toMatchObject({ "last-seen": week(1), "last-scan": week(0) });
    expect(record.running.map(({ scanned }) => scanned)).toEqual([week(0), week(1)]);
  });

  // Proves: nothing-closes-because-looked
  it("an image of a source that could not be read is not gone, and closes nothing of its name", () => {
    const [first, second] = weekly([{ ids: ["CVE-1"] }], []) as [RunSeen, RunSeen];
    expect(recordAfter(first, unread(second, "compose:compose.yaml"))).toEqual(recordAfter(first));
    expect(recordAfter(first, unread(second, "docker"))["gone-since"]).toBe(week(1));
    const elsewhere = seenOf(week(1), [{ tag: "2", source: "docker", ids: [] }]);
    const record = recordAfter(first, unread(elsewhere, "compose:compose.yaml"));
    expect(finding(record).episodes).toEqual([{ opened: week(0) }]);
    expect(record.running.map(({ reference }) => reference)).toEqual([`${NAME}:1`, `${NAME}:2`]);
    expect(record["last-scan"]).toBe(week(0));
  });

  it("findings of a kind that no scanner looked for this time stay", () => {
    const findings = [makeFinding({ kind: "secret", id: "CVE-1", package: undefined, path: "app/key" })];
    const scanners = (...names: string[]): Partial<Shown> => ({
      scan: { provenance: { scanner: "Trivy", scanners: names } },
    });
    const first = [{ findings, ...scanners("vuln", "secret") }];
    const seenBoth = [{ ...first[0], scan: { ...scanners("vuln", "secret").scan, findings } }] as Shown[];
    expect(finding(recordAfter(...weekly(seenBoth, [scanners("vuln")]))).episodes).toEqual([{ opened: week(0) }]);
    expect(finding(recordAfter(...weekly(seenBoth, [scanners("vuln", "secret")]))).episodes).toMatchObject([
      { why: "fixed" },
    ]);
  });

  const gapOf = (code: string, path?: string) => ({ gap: { code, what: "", remedy: "", path } });
  it.each([
    ["a file that was not read", [gapOf("packages-unreadable", "app/lib.jar")], "app/lib.jar", true],
    ["what is in it", [gapOf("packages-unreadable", "app/lib.jar")], "app/lib.jar/inner.jar", true],
    ["another file", [gapOf("packages-unreadable", "app/lib.jar")], "app/lib.jar2", false],
    ["the packages of a system that is not known", [gapOf("os-unknown")], undefined, true],
    ["a file in such an image", [gapOf("os-unknown")], "app/lib.jar", false],
    ["anything where versions could not be read", [gapOf("versions-unreadable")], "app/lib.jar", true],
    ["a package where a configuration was not read", [gapOf("config-unreadable")], undefined, false],
  ])("findings stay if the gap is accepted, and is about them: %s", (_, gaps, path, stays) => {
    const first = seenOf(week(0), [{ findings: [makeFinding({ id: "CVE-1", path })] }]);
    const second = seenOf(week(1), [{ ids: [] }]);
    const coverage = { rows: [], gaps } as unknown as JudgedCoverage;
    const images = second.images.map((each) => ({ ...each, verdict: { ...each.verdict, coverage } }));
    const record = recordAfter(first, { ...second, images });
    expect(finding(record).episodes.at(-1)?.closed === undefined).toBe(stays);
    expect(record.gaps).toBe(1);
  });
});

describe("an image", () => {
  it("that no longer runs is gone, and its findings with it", () => {
    const record = recordAfter(...weekly([{ ids: ["CVE-1"] }], [], []));
    expect(record).toMatchObject({ "gone-since": week(1), "last-seen": week(0) });
    expect(finding(record).episodes).toEqual([{ opened: week(0), closed: week(1), why: "gone" }]);
    expect(record.running).toHaveLength(1);
  });

  it("that comes back is no longer gone, and what is there opens again", () => {
    const record = recordAfter(...weekly([{ ids: ["CVE-1", "CVE-2"] }], [], [{ ids: ["CVE-1"] }]));
    expect(record["gone-since"]).toBeUndefined();
    expect(record["first-seen"]).toBe(week(0));
    expect(finding(record).episodes).toEqual([{ opened: week(0), closed: week(1), why: "gone" }, { opened: week(2) }]);
    expect(finding(record, "CVE-2").episodes).toHaveLength(1);
  });

  it("that was never scanned has no scan, and that is all that is known", () => {
    const record = recordAfter(...weekly([{ fails: true }]));
    expect([record["last-scan"], record.findings, record.running[0]?.scanned]).toEqual([undefined, [], undefined]);
  });

  it("has each place where it runs once, in order", () => {
    const [run] = weekly([{ ids: [] }]) as [RunSeen];
    const where = [
      { source: "b", name: "2" },
      { source: "b", name: "1" },
      { source: "a", name: "9" },
      { source: "b", name: "1" },
    ];
    const images = run.images.map((each) => ({ ...each, where }));
    expect(recordAfter({ ...run, images }).running[0]?.where.map(({ source, name }) => source + name)).toEqual([
      "a9",
      "b1",
      "b2",
    ]);
  });
});

describe("a run that is older than what is recorded", () => {
  const older = (shown: readonly Shown[]) => seenOf(week(1), shown);
  const newer = (shown: readonly Shown[]) => seenOf(week(2), shown);
  const base = seenOf(week(0), [{ ids: ["CVE-1"] }]);

  it.each<[string, readonly Shown[], readonly Shown[]]>([
    ["the newer one saw more", [{ ids: ["CVE-1", "CVE-2"] }], [{ ids: [] }]],
    ["the newer one saw less", [{ ids: ["CVE-1"] }], [{ ids: ["CVE-1", "CVE-2"] }]],
    ["no source names the image any more", [], [{ ids: ["CVE-1", "CVE-2"] }]],
    ["no source named the image for it", [{ ids: ["CVE-1"] }], []],
    ["the newer one could not scan", [{ fails: true }], [{ ids: ["CVE-2"] }]],
  ])("changes nothing if %s", (_, last, late) => {
    const change = changeAfter(base, newer(last), older(late));
    expect(change.after).toEqual(recordAfter(base, newer(last)));
    expect([change.opened, change.closed]).toEqual([[], []]);
  });
});
