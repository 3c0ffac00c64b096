import { describe, expect, it } from "vitest";
import { verdictPredicate } from "../../../src/domain/evidence/predicate.ts";
import {
  outdated,
  type PushedContents,
  planSigning,
  type SigningPlan,
} from "../../../src/domain/evidence/signing-plan.ts";
import { readReport } from "../../../src/domain/report/read.ts";
import { exception, failed, finding, judged, type target, use } from "../../render/build.ts";
import { digestOf, platforms, reportOf, reportText, scanned } from "./reports.ts";

function planned(...given: Parameters<typeof planSigning>): SigningPlan {
  const plan = planSigning(...given);
  if ("code" in plan) throw new Error(`[${plan.code}] ${plan.what}`);
  return plan;
}

const LIMITS = { critical: 0, high: 0, medium: "unlimited", low: "unlimited", unknown: "unlimited" };

describe("what may be signed", () => {
  it("is the manifest that was judged, with all that its verdict rests on", () => {
    const held = exception({ id: "CVE-2024-6119", package: "libssl3" });
    const other = exception({ id: "CVE-2000-0001" });
    const report = reportOf(
      [
        scanned("a", [
          judged(finding(), { outcome: "accepted", exceptions: [held] }),
          judged(finding({ severity: "LOW" })),
          judged(finding({ severity: "MEDIUM" }), { outcome: "not-counted", spared: "unfixed" }),
        ]),
      ],
      {
        policy: { path: "p.yml", sha256: "5".repeat(64), from: "base" },
        // All of them are on one line of the policy.
        exceptions: [
          use({ exception: other, state: "unused", matches: 0 }),
          use({ exception: { ...other, expires: "2026-01-01" }, state: "ended", daysLeft: -300 }),
          use({ exception: held }),
        ],
      },
    );
    const plan = planned(report);
    expect(plan).toMatchObject({ indexes: [], left: [] });
    const [image] = plan.images;
    expect(image).toMatchObject({
      repository: "ghcr.io/acme/app",
      digest: digestOf("a"),
      platform: "linux/amd64",
      files: { scannerReport: { path: "trivy-report.json", sha256: "4".repeat(64) } },
    });
    expect(image.predicate).toEqual({
      verdict: "pass",
      reason: report.reason,
      image: { digest: digestOf("a"), repository: "ghcr.io/acme/app", platform: "linux/amd64" },
      scannedAt: "2026-11-24T13:00:00.500Z",
      counts: { critical: 0, high: 0, medium: 0, low: 1, unknown: 0 },
      limits: LIMITS,
      accepted: 1,
      notCounted: 1,
      coverage: { scanners: ["vuln"], gaps: [] },
      policy: { digest: digestOf("5"), from: "base" },
      exceptions: [{ id: held.id, package: "libssl3", reason: held.reason, owner: "@acme/web", expires: "2027-01-31" }],
      scanner: { name: "Trivy", version: "0.76.0", digest: digestOf("2") },
      database: { updatedAt: "2026-11-24T10:00:00.000Z", digest: digestOf("3") },
      run: {
        url: "https://github.com/acme/app/actions/runs/123",
        repository: "acme/app",
        commit: "3f1c9a7e5b2d4c6f8091a2b3c4d5e6f708192a3b",
      },
    });
    expect(verdictPredicate.parse(image.predicate)).toEqual(image.predicate);
  });

  it("is nothing if the run did not pass, whether it only warns or not", () => {
    const high = scanned("a", [judged(finding())]);
    for (const mode of ["enforce", "warn"] as const)
      expect(planSigning(reportOf([high, scanned("b")], { mode }))).toMatchObject({ code: "not-a-pass" });
    expect(
      planSigning(reportOf([scanned("b")], {}, (report) => Object.assign(report, { verdict: "error" }))),
    ).toMatchObject({
      code: "not-a-pass",
    });
    expect(readReport(JSON.parse(reportText([]).replace('"pass"', '"passed"')))).toHaveProperty("wrong");
    expect(failed().answer).toBe("error");
  });

  // Proves: looked-not-signature
  it.each([
    ["a tar", { readAs: "archive" }, "scanned as a file"],
    ["a layout", { readAs: "layout" }, "scanned as a file"],
    ["an image of an older gate", { readAs: undefined }, "does not say how it was scanned"],
    ["one without a time", { scannedAt: undefined }, "does not say how it was scanned"],
    ["one in which nobody looked for vulnerabilities", { scanners: ["secret"] }, "not searched for vulnerabilities"],
  ] as const)("is not %s", (_, provenance, why) => {
    expect(planSigning(reportOf([scanned("a", [], { provenance })]))).toMatchObject({
      code: "nothing-to-sign",
      what: expect.stringContaining(why),
    });
  });

  describe("of several scanners", () => {
    const program = (scanner: string, digit: string) => ({
      ...{
        scanner,
        version: `1.${digit}.0`,
        scannerSha256: digit.repeat(64),
        databaseUpdatedAt: "2026-11-24T10:00:00Z",
      },
      ...{ databaseSha256: "f".repeat(64), findings: 0, sees: [] },
    });
    const by = (...opinions: object[]) => {
      const both = scanned("a", [], { provenance: { scanner: "Trivy and Grype", scannerVersion: undefined } });
      return reportOf([both], {}, ({ targets }) => Object.assign(targets[0], { opinions }));
    };
    const [trivy, grype] = [program("Trivy", "1"), program("Grype", "2")];

    it("names each program with its version, its hash and its database; the first one is where a single one does", () => {
      const { predicate } = planned(by(trivy, grype)).images[0];
      const database = { updatedAt: "2026-11-24T10:00:00.000Z", digest: digestOf("f") };
      expect(predicate.scanner).toEqual({ name: "Trivy", version: "1.1.0", digest: digestOf("1") });
      expect(predicate.scanners).toEqual([
        { name: "Trivy", version: "1.1.0", digest: digestOf("1"), database },
        { name: "Grype", version: "1.2.0", digest: digestOf("2"), database },
      ]);
      expect(verdictPredicate.parse(predicate)).toEqual(predicate);
    });

    it("does not name one that failed", () => {
      const failing = { ...grype, failed: { code: "scan-timeout", what: "it took too long" } };
      const third = program("Other", "3");
      expect(planned(by(trivy, failing, third)).images[0].predicate.scanners?.map(({ name }) => name)).toEqual([
        "Trivy",
        "Other",
      ]);
    });

    it.each([
      ["a report was given", { ...grype, given: true }, "a given report"],
      ["a program has no hash", { ...grype, scannerSha256: undefined }, "does not say how it was scanned"],
      ["a database has no date", { ...grype, databaseUpdatedAt: "yesterday" }, "does not say how it was scanned"],
    ])("is not signed if %s", (_, second, why) => {
      expect(planSigning(by(trivy, second))).toMatchObject({
        code: "nothing-to-sign",
        what: expect.stringContaining(why),
      });
    });
  });

  it.each(["path", "repository", "sbom", "trivy-report"])("is not a %s", (kind) => {
    const report = reportOf([scanned("a")], {}, ({ targets }) => Object.assign(targets[0], { kind }));
    expect(planSigning(report)).toMatchObject({ code: "nothing-to-sign", what: expect.stringContaining(kind) });
  });

  it("is not an image that was not in a registry, until it is pushed", () => {
    const local = scanned("a", [], {
      artifact: { digest: undefined, imageId: digestOf("7") },
      provenance: { source: "the local Docker" },
    });
    expect(planSigning(reportOf([local]))).toMatchObject({
      code: "nothing-to-sign",
      what: expect.stringContaining("`image`"),
    });
    const pushed: PushedContents = {
      repository: "registry.example.com/app",
      images: [{ digest: digestOf("c"), config: digestOf("7") }],
    };
    const { images } = planned(reportOf([local]), pushed);
    expect(images).toMatchObject([{ repository: "registry.example.com/app", digest: digestOf("c") }]);
    expect(images[0].predicate.image).toMatchObject({ repository: "registry.example.com/app", digest: digestOf("c") });
    const other = { ...pushed, images: [{ digest: digestOf("c"), config: digestOf("8") }] };
    expect(planSigning(reportOf([local]), other)).toMatchObject({ code: "image-not-judged" });
  });

  // Proves: looked-not-signature
  it("is not what was pushed if the same configuration was scanned as a file", () => {
    const file = scanned("a", [], { provenance: { readAs: "archive" } });
    const pushed: PushedContents = { repository: "r/app", images: [{ digest: digestOf("c"), config: digestOf("1") }] };
    expect(planSigning(reportOf([file]), pushed)).toMatchObject({
      code: "image-not-judged",
      what: expect.stringContaining("scanned as a file"),
    });
  });

  // Proves: image-s-id-names
  it("is not another manifest of a configuration that was scanned in a registry, which holds no layer to it", () => {
    const pushed: PushedContents = { repository: "r/app", images: [{ digest: digestOf("c"), config: digestOf("1") }] };
    for (const source of ["the registry", "Docker, containerd, Podman or the registry", undefined])
      expect(planSigning(reportOf([scanned("a", [], { provenance: { source } })]), pushed), source).toMatchObject({
        code: "image-not-judged",
        what: expect.stringContaining("may have other layers"),
      });
    const same: PushedContents = { ...pushed, images: [{ digest: digestOf("a"), config: digestOf("1") }] };
    expect(planned(reportOf([scanned("a")]), same).images).toHaveLength(1);
  });

  it("leaves out what is not an image, and says so", () => {
    const file = scanned("b", [], { label: "./app.tar", provenance: { readAs: "archive" } });
    const { images, left } = planned(reportOf([scanned("a"), file]));
    expect(images.map(({ digest }) => digest)).toEqual([digestOf("a")]);
    expect(left).toEqual([expect.stringContaining("./app.tar was scanned as a file")]);
  });

  it("is one image for two names of it, with the worse of what they say", () => {
    const one = scanned("a", [judged(finding({ severity: "LOW" }))], { label: "ghcr.io/acme/app:1" });
    const other = scanned("a", [], {
      label: `ghcr.io/acme/app@${digestOf("a")}`,
      provenance: { scannedAt: "2026-11-24T01:00:00Z" },
    });
    const { images } = planned(reportOf([one, other]));
    expect(images).toHaveLength(1);
    expect(images[0].predicate).toMatchObject({ scannedAt: "2026-11-24T01:00:00.000Z", counts: { low: 1 } });
  });
});

describe("an index", () => {
  it("may be signed if each of its images may", () => {
    const { images, indexes, left } = planned(reportOf(platforms("ab")));
    expect(images.map(({ digest }) => digest)).toEqual([digestOf("a"), digestOf("b")]);
    expect(left).toEqual([]);
    expect(indexes).toMatchObject([{ repository: "ghcr.io/acme/app", digest: digestOf("9") }]);
    expect(indexes[0]?.predicate.image).toEqual({
      repository: "ghcr.io/acme/app",
      digest: digestOf("9"),
      platforms: [
        { digest: digestOf("a"), platform: "linux/a" },
        { digest: digestOf("b"), platform: "linux/b" },
      ],
    });
  });

  it("is not signed if one of them was not judged, while the others are", () => {
    const { images, indexes, left } = planned(reportOf(platforms("ab", "abc")));
    expect(images).toHaveLength(2);
    expect(indexes).toEqual([]);
    expect(left).toEqual([expect.stringContaining("linux/c")]);
  });

  it("is not signed if two targets disagree about what is in it, or one was judged in another repository", () => {
    const disagreeing = [...platforms("a"), ...platforms("b", "ab")];
    expect(planned(reportOf(disagreeing)).indexes).toEqual([]);
    const elsewhere = platforms("ab").map((each, at) => (at === 0 ? each : moved(each, "ghcr.io/acme/other:1")));
    expect(planned(reportOf(elsewhere)).indexes).toEqual([]);
  });

  it("that was pushed after the scan needs each of its images too", () => {
    const local = scanned("a", [], {
      artifact: { digest: undefined, imageId: digestOf("7") },
      provenance: { source: "the local Docker" },
    });
    const image = (letter: string, config: string) => ({ digest: digestOf(letter), config: digestOf(config) });
    const pushed = (images: PushedContents["images"]): PushedContents => ({
      repository: "r/app",
      images,
      index: digestOf("9"),
    });
    expect(planned(reportOf([local]), pushed([image("c", "7")])).indexes).toHaveLength(1);
    const { images, indexes, left } = planned(reportOf([local]), pushed([image("c", "7"), image("d", "8")]));
    expect([images.length, indexes.length, left.length]).toEqual([1, 0, 2]);
  });
});

function moved(one: ReturnType<typeof target>, label: string) {
  return { ...one, target: { ...one.target, label, input: label } };
}

describe("a report that contradicts itself", () => {
  // Proves: report-contradicts-itself-not
  it.each<[string, (report: Edited) => void]>([
    ["a finding was taken out", ({ findings }) => findings.pop()],
    ["a finding was hidden", ({ findings }) => Object.assign(findings[0] ?? {}, { outcome: "accepted" })],
    [
      "a limit was lowered below what is there",
      ({ targets }) => Object.assign(targets[0]?.rows[3] ?? {}, { limit: 0 }),
    ],
    ["a limit is broken", ({ targets }) => Object.assign(targets[0]?.rows[0] ?? {}, { broken: true })],
    ["a row is missing", ({ targets }) => targets[0]?.rows.pop()],
    ["a row is there twice", ({ targets }) => targets[0]?.rows.splice(1, 1, targets[0].rows[0] as object)],
    ["a target failed", ({ targets }) => Object.assign(targets[0] ?? {}, { verdict: "fail" })],
    [
      "a target was not judged",
      ({ targets }) => Object.assign(targets[0] ?? {}, { verdict: "error", rows: undefined }),
    ],
    [
      "a gap is accepted by nobody",
      ({ targets }) =>
        Object.assign(targets[0] ?? {}, {
          coverage: { rows: [], gaps: [{ code: "os-unknown", what: "x", remedy: "y" }] },
        }),
    ],
    [
      "an index lacks its image",
      ({ targets }) => Object.assign(targets[0]?.artifact ?? {}, { index: { digest: digestOf("9"), images: [] } }),
    ],
  ])("is refused: %s", (_, edit) => {
    const targets = [scanned("a", [judged(finding({ severity: "LOW" }))])];
    expect(planSigning(reportOf(targets))).not.toHaveProperty("code");
    expect(planSigning(reportOf(targets, {}, edit))).toMatchObject({ code: "report-edited" });
  });
});

interface Edited {
  readonly targets: { readonly rows: object[]; readonly artifact: object }[];
  readonly findings: object[];
}

/** The reason why nothing is signed with such a report. */
function planOf(text: string): string {
  const report = readReport(JSON.parse(text));
  if ("wrong" in report) return "unread";
  const plan = planSigning(report);
  return "code" in plan ? plan.code : "planned";
}

describe("a hostile report", () => {
  const text = reportText([scanned("a", [judged(finding({ severity: "LOW" }))])]);

  // Proves: report-contradicts-itself-not
  it.each([
    ["no object", "[]"],
    ["nothing", "null"],
    ["of another version", text.replace('"version":2', '"version":1')],
    ["without a target", JSON.stringify({ ...JSON.parse(text), targets: [] })],
    ["with a digest in upper case", text.replace(digestOf("a"), digestOf("a").toUpperCase())],
    ["with a digest of another kind", text.replace(digestOf("a"), `sha512:${"a".repeat(128)}`)],
    ["with a finding of no target", text.replace('"target":0', '"target":7')],
    ["with an exception that is not there", text.replace('"outcome":"open"', '"outcome":"accepted","exceptions":[3]')],
    ["with a count below 0", text.replace('"open":1', '"open":-1')],
    ["with a limit that is not a number", text.replace('"limit":0', '"limit":1e999')],
    ["with a time that is none", text.replace("2026-11-24T14:00:00.5+01:00", "yesterday")],
  ])("is not read, or nothing is signed by it: %s", (_, hostile) => {
    expect(hostile).not.toBe(text);
    expect(planOf(hostile)).toMatch(/^(?:unread|report-edited|nothing-to-sign)$/);
  });

  it("says what is wrong without its own text", () => {
    const secret = "::error::x";
    const read = readReport(JSON.parse(text.replace('"mode":"enforce"', `"mode":"enforce","verdict":"${secret}"`)));
    expect(JSON.stringify(read)).toContain("verdict");
    expect(JSON.stringify(read)).not.toContain(secret);
  });

  it("cannot reach what every object has", () => {
    const evil = text.replace('"version":2', '"__proto__":{"verdict":"pass","polluted":1},"version":2');
    const read = readReport(JSON.parse(evil));
    expect(read).not.toHaveProperty("polluted");
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("a plan on a later day", () => {
  const held = exception({ id: "CVE-2024-6119", package: "libssl3", expires: "2026-12-31" });
  const report = reportOf([scanned("a", [judged(finding(), { outcome: "accepted", exceptions: [held] })])], {
    exceptions: [use({ exception: held })],
  });
  const on = (day: string) =>
    outdated(planned(report), { now: new Date(`${day}T12:00:00Z`), maxAgeMs: 1e15, maxDbAgeMs: 1e15 });

  it("holds on the last day of an exception that it rests on", () => {
    expect(on("2026-12-31")).toBeUndefined();
  });

  it("does not hold on the day after, whatever its checksum", () => {
    expect(on("2027-01-01")).toMatchObject({
      code: "report-outdated",
      what: expect.stringContaining("CVE-2024-6119"),
    });
  });
});

describe("a plan of an old scan", () => {
  const [hour, day] = [3_600_000, 86_400_000];
  const scan = "2026-11-24T13:00:00.000Z";
  const ages = (now: string, database?: string) => {
    const provenance = { scannedAt: scan, databaseUpdatedAt: database };
    const plan = planned(reportOf([scanned("a", [], { provenance })]));
    return outdated(plan, { now: new Date(now), maxAgeMs: day, maxDbAgeMs: 3 * day })?.code;
  };
  const earlier = (ms: number) => new Date(Date.parse(scan) - ms).toISOString();

  // Proves: checksum-does-not-keep
  it("holds for as long as it should, and not a second longer", () => {
    expect(ages("2026-11-25T13:00:00.000Z", earlier(hour))).toBeUndefined();
    expect(ages("2026-11-25T13:00:01.000Z", earlier(hour))).toBe("scan-too-old");
    expect(ages("2032-01-01T00:00:00.000Z", earlier(hour))).toBe("scan-too-old");
  });

  // Proves: checksum-does-not-keep
  it("holds if its database was young enough at the scan, and is known", () => {
    expect(ages("2026-11-25T13:00:00.000Z", earlier(3 * day))).toBeUndefined();
    expect(ages("2026-11-24T13:00:00.000Z", earlier(3 * day + 1000))).toBe("scan-database-too-old");
    expect(ages("2026-11-24T13:00:00.000Z", undefined)).toBe("scan-database-too-old");
  });
});
