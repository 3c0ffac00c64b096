import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failing } from "../../../src/domain/verdict.ts";
import { renderJunit } from "../../../src/render/formats/junit.ts";
import { expectJenkinsValid, readJunit } from "../../support/programs/junit.ts";
import { exception, failed, finding, judged, target, view } from "../build.ts";
import { whole } from "../facts.ts";
import { SAMPLES, sample } from "../samples.ts";

const rendered = (of: Parameters<typeof renderJunit>[0]) => whole(renderJunit(of));

describe("the JUnit report", () => {
  it.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))(
    "of %s is valid by Jenkins' schema, and its counts match its cases",
    async (name) => {
      const of = sample(name);
      const text = rendered(of);
      expectJenkinsValid(text);
      const read = await readJunit(text);
      expect(read.suites.map((suite) => suite.cases.length)).toEqual(
        of.verdict.targets.map((each) =>
          each.answer === "error" ? 1 : Math.max(1, each.findings.length + (each.coverage?.gaps.length ?? 0)),
        ),
      );
      for (const suite of read.suites) {
        const count = (outcome: string) => suite.cases.filter((each) => each.outcome === outcome).length;
        expect(suite).toMatchObject({
          tests: suite.cases.length,
          failures: count("failure"),
          errors: count("error"),
          skipped: count("skipped"),
        });
        expect(new Set(suite.cases.map((each) => each.name)).size).toBe(suite.cases.length);
      }
      const sum = (of: "tests" | "failures" | "errors") => read.suites.reduce((total, suite) => total + suite[of], 0);
      expect(read).toMatchObject({ tests: sum("tests"), failures: sum("failures"), errors: sum("errors") });
      const failures = of.verdict.targets.map((each) => (each.answer === "error" ? 0 : failing(each).length));
      expect(read.suites.map((suite) => suite.failures)).toEqual(failures);
    },
  );

  it.each(["fail", "several-targets", "hostile"])("of %s is as in its golden file", async (name) => {
    await expect(rendered(sample(name))).toMatchFileSnapshot(`../golden/junit-${name}.xml`);
  });

  it("fails what breaks its limit and nothing else: not what is within another's", async () => {
    const findings = [
      judged(finding({ id: "CVE-2024-1", severity: "CRITICAL" })),
      judged(finding({ id: "CVE-2024-2", severity: "HIGH", fixedVersions: [], status: "will_not_fix" })),
      judged(finding({ id: "CVE-2024-3", severity: "MEDIUM" })),
    ];
    const { suites } = await readJunit(rendered(view([target(findings, { thresholds: { HIGH: 1 } })])));
    expect(suites[0]?.cases.map((each) => [each.name, each.outcome])).toEqual([
      ["CVE-2024-1 libssl3 3.0.11-1~deb12u2", "failure"],
      ["CVE-2024-2 libssl3 3.0.11-1~deb12u2", "passed"],
      ["CVE-2024-3 libssl3 3.0.11-1~deb12u2", "passed"],
    ]);
    expect(suites[0]?.cases[0]).toMatchObject({
      classname: "ghcr.io/acme/app:1.4.2",
      message: "CRITICAL: openssl: Possible denial of service in X.509 name checks",
      body: "Fix: 3.0.15-1~deb12u1\nLayer: ADD rootfs.tar.xz / # buildkit",
    });
  });

  it("names the version to upgrade to, or why there is none", async () => {
    const jar = { name: "log4j", version: "2.14.1", type: "jar" };
    const bodies = [
      finding({ package: jar, fixedVersions: ["2.15.0", "2.12.2"] }),
      finding({ package: jar, fixedVersions: ["r2", "r3"] }),
      finding({ package: jar, fixedVersions: ["2.12.2", "2.3.1"] }),
      finding({ package: jar, fixedVersions: [], status: "will_not_fix" }),
    ].map((one) => judged({ ...one, layer: undefined }));
    const { suites } = await readJunit(rendered(view([target(bodies)])));
    expect(suites[0]?.cases.map(({ body }) => body?.split("\n")[0])).toEqual([
      "Fix: 2.15.0",
      "Fix: r2 or r3",
      "Fix: fixed in older versions only",
      "Fix: vendor will not fix it",
    ]);
  });

  it("fails what attackers use under its own limit, whatever its severity", async () => {
    const exploitRows = [{ kind: "exploited", open: 1, limit: 0, accepted: 0, notCounted: 0, broken: true } as const];
    const low = judged(finding({ severity: "LOW" }), { exploitation: { kev: { ransomware: false } } });
    const { suites } = await readJunit(rendered(view([target([low], { exploitRows })])));
    expect(suites[0]?.cases[0]?.outcome).toBe("failure");
  });

  it("skips what is accepted or not counted, and says why", async () => {
    const findings = [
      judged(finding({ id: "CVE-2024-1" }), { outcome: "accepted", exceptions: [exception()] }),
      judged(finding({ id: "CVE-2024-2" }), { outcome: "not-counted", spared: "unfixed" }),
      judged(finding({ id: "CVE-2024-3" }), { outcome: "not-counted", spared: "grace", countsFrom: "2026-12-01" }),
    ];
    const { suites } = await readJunit(rendered(view([target(findings)])));
    expect(suites[0]?.cases.map((each) => [each.outcome, each.message])).toEqual([
      ["skipped", "accepted: The parser sees only our own addresses. (until 2027-01-31)"],
      ["skipped", "not counted: without a fix"],
      ["skipped", "not counted: in their grace period; counts from 2026-12-01"],
    ]);
  });

  it("has one passing case for a target without findings, and one with an error for one that was not scanned", async () => {
    const { suites } = await readJunit(rendered(view([target([], { label: "good:1" }), failed({}, "gone:1")])));
    expect(suites).toMatchObject([
      { name: "good:1", tests: 1, cases: [{ name: "no findings", outcome: "passed" }] },
      { name: "gone:1", tests: 1, errors: 1, cases: [{ name: "scan", outcome: "error" }] },
    ]);
    expect(suites[1]?.cases[0]?.message).toMatch(/^\[image-not-found\] gone:1 was found neither/);
    expect(suites[1]?.cases[0]?.body).toContain("give it `load: true`");
  });

  it("tells two secrets of one kind in one file apart", async () => {
    const secret = (line: number) =>
      judged(finding({ kind: "secret", id: "aws-key", package: undefined, title: "AWS key", path: "app/.env", line }));
    const { suites } = await readJunit(rendered(view([target([secret(1), secret(9)])])));
    expect(suites[0]?.cases.map((each) => each.name)).toEqual([
      "aws-key AWS key in app/.env",
      "aws-key AWS key in app/.env #2",
    ]);
  });

  it("is read whole however long a text is, and tells two such findings apart", async () => {
    const long = (end: string) =>
      judged(finding({ id: `${"\u202E".repeat(2_000_000)}${end}`, title: "&".repeat(3_000_000) }));
    const text = rendered(view([target([long("a"), long("a")])]));
    expectJenkinsValid(text);
    const names = (await readJunit(text)).suites.flatMap(({ cases }) => cases.map(({ name }) => name));
    expect(new Set(names).size).toBe(2);
  });

  it("is well formed whatever characters there are, and shows those that XML forbids", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, (title, label) =>
        expectJenkinsValid(rendered(view([target([judged(finding({ title }))], { label })]))),
      ),
    );
    expect(rendered(view([target([judged(finding({ title: "a\u0000b\uFFFEc]]>" }))])]))).toContain(
      "a\\u{0}b\\u{FFFE}c]]&gt;",
    );
  });
});
