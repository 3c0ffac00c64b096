import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rejudge } from "../../../src/domain/evidence/rejudge.ts";
import { planSigning } from "../../../src/domain/evidence/signing-plan.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { EMPTY_POLICY, type Policy } from "../../../src/domain/policy/policy.ts";
import { SEVERITIES, type Thresholds } from "../../../src/domain/severity.ts";
import type { JudgedTarget } from "../../../src/domain/verdict.ts";
import { exception, finding } from "../../render/build.ts";
import { reportOf, scanned } from "./reports.ts";

const TODAY = "2026-11-24";
const SHA = "5".repeat(64);
const EXCEPTION = exception({ id: "CVE-2024-6119" });
const POLICY: Policy = { ...EMPTY_POLICY, thresholds: { HIGH: 1, MEDIUM: 4 }, exceptions: [EXCEPTION] };

interface Case {
  readonly policy?: Policy | undefined;
  readonly limits?: Partial<Thresholds>;
  readonly ignoreUnfixed?: boolean;
  readonly findings?: readonly ReturnType<typeof finding>[];
  // biome-ignore lint/suspicious/noExplicitAny: an edit may do anything
  readonly edit?: (report: any) => void;
}

/** The report of a gate that judged these findings, after an edit. */
function reported({ policy, limits = {}, ignoreUnfixed, findings = [], edit }: Case) {
  const bare = scanned("a");
  const { target, scan, coverage } = bare;
  const whole = { ...scan, findings, ...(coverage && { coverage: { rows: [], gaps: [] } }) };
  const settings = { policy: policy ?? EMPTY_POLICY, limits, ignoreUnfixed, today: TODAY, exploits: () => undefined };
  const verdict = judge([{ target, scan: whole }], settings);
  const source = { from: "workspace", ...(policy && { path: "p.yml", sha256: SHA }) } as const;
  return reportOf(
    verdict.targets as JudgedTarget[],
    { policy: source, exceptions: verdict.exceptions, reason: verdict.reason },
    edit,
  );
}

const again = (given: Case, today = TODAY) =>
  rejudge(reported(given), { today, policy: given.policy && { sha256: SHA, policy: given.policy } });

const LOW = finding({ severity: "LOW", id: "CVE-2000-0001" });
const HIGH = finding({ id: "CVE-2000-0002" });
const ACCEPTED = finding({ id: "CVE-2024-6119" });

describe("a report without its checksum", () => {
  it("is believed if the defaults let it pass", () => {
    expect(again({})).toBeUndefined();
    expect(again({ findings: [LOW, LOW] })).toBeUndefined();
    expect(again({ limits: { LOW: 3 }, findings: [LOW] })).toBeUndefined();
  });

  it("is believed if the policy file at hand lets it pass", () => {
    expect(again({ policy: POLICY, findings: [HIGH, ACCEPTED, LOW] })).toBeUndefined();
    const unfixed = { ...EMPTY_POLICY, ignoreUnfixed: true };
    expect(again({ policy: unfixed, findings: [{ ...HIGH, fixedVersions: [] }] })).toBeUndefined();
  });

  it("is believed about what not all scanners see only if the policy asks for all", () => {
    const disputed = { ...HIGH, missedBy: ["Grype"] };
    const all: Policy = { ...EMPTY_POLICY, agreement: "all" };
    expect(again({ policy: all, findings: [disputed] })).toBeUndefined();
    // biome-ignore lint/suspicious/noExplicitAny: an edit may do anything
    const edit = (report: any) => delete report.findings[0].missedBy;
    expect(again({ policy: all, findings: [disputed], edit })).toMatchObject({ code: "report-edited" });
  });

  it("is believed about an exception by an alias", () => {
    const policy: Policy = { ...EMPTY_POLICY, exceptions: [exception({ id: "GHSA-aaaa-bbbb-cccc" })] };
    expect(again({ policy, findings: [{ ...HIGH, aliases: ["GHSA-aaaa-bbbb-cccc"] }] })).toBeUndefined();
  });

  it("is not believed without the very policy file that it was judged by", () => {
    const report = reported({ policy: POLICY, findings: [LOW] });
    expect(rejudge(report, { today: TODAY })).toMatchObject({ code: "report-unsealed" });
    const other = { sha256: "6".repeat(64), policy: POLICY };
    expect(rejudge(report, { today: TODAY, policy: other })).toMatchObject({ code: "report-unsealed" });
  });

  it("is not judged by a policy file that it does not name", () => {
    const report = reported({ limits: { HIGH: 1 }, findings: [HIGH] });
    expect(rejudge(report, { today: TODAY, policy: { sha256: SHA, policy: POLICY } })).toMatchObject({
      code: "report-edited",
    });
  });

  // Proves: report-without-checksum-judged
  it.each<[string, Case]>([
    ["a raised limit", { findings: [HIGH], limits: { HIGH: 1 } }],
    ["a limit that is gone", { policy: POLICY, limits: { MEDIUM: "unlimited" } }],
    ["an input that leaves out what has no fix", { ignoreUnfixed: true, findings: [{ ...HIGH, fixedVersions: [] }] }],
    [
      "a finding that an edit calls accepted, by an exception of another",
      {
        policy: POLICY,
        findings: [HIGH, ACCEPTED],
        edit: ({ findings, targets }) => {
          const [one] = findings.filter(({ outcome }: { outcome: string }) => outcome === "open");
          Object.assign(one, { outcome: "accepted", exceptions: [0] });
          Object.assign(targets[0].rows[1], { open: 0, accepted: 2 });
        },
      },
    ],
    [
      "a finding that an edit calls accepted, by an exception that it wrote",
      {
        findings: [LOW],
        edit: ({ findings, targets, exceptions }) => {
          exceptions.push({ ...EXCEPTION, id: LOW.id, state: "live", matches: 1, daysLeft: 3 });
          Object.assign(findings[0], { outcome: "accepted", exceptions: [0] });
          Object.assign(targets[0].rows[3], { open: 0, accepted: 1 });
        },
      },
    ],
    [
      "an exception with a later last day",
      {
        policy: POLICY,
        findings: [ACCEPTED],
        edit: ({ exceptions }) => Object.assign(exceptions[0], { expires: "2029-01-01" }),
      },
    ],
    [
      "an accepted gap that nobody accepts",
      {
        findings: [],
        edit: ({ targets, exceptions }) => {
          exceptions.push({ ...EXCEPTION, id: "os-unknown", gap: true, state: "live", matches: 1, daysLeft: 3 });
          targets[0].coverage.gaps.push({ code: "os-unknown", what: "x", remedy: "y", accepted: 0 });
        },
      },
    ],
    [
      "a limit on what is exploited that is taken out",
      { policy: { ...EMPTY_POLICY, exploited: 0 }, edit: ({ targets }) => delete targets[0].exploitRows },
    ],
  ])("is refused with %s", (_, given) => {
    // Each passes the check that a report does not contradict itself.
    expect(planSigning(reported(given))).not.toHaveProperty("code");
    expect(again(given)).toMatchObject({ code: "report-edited" });
  });

  it.each<[string, Case]>([
    [
      "a VEX document accepts a finding",
      {
        findings: [LOW],
        edit: ({ findings }) =>
          Object.assign(findings[0], { outcome: "accepted", vex: { status: "fixed", document: "v" } }),
      },
    ],
    [
      "nobody says who accepts one",
      { findings: [LOW], edit: ({ findings }) => Object.assign(findings[0], { outcome: "accepted" }) },
    ],
  ])("cannot be judged again if %s", (_, given) => {
    expect(again(given)).toMatchObject({ code: "report-unsealed", remedy: expect.stringContaining("report-digest") });
  });

  it("is refused once an exception of it has ended", () => {
    expect(again({ policy: POLICY, findings: [HIGH, ACCEPTED] }, "2027-01-31")).toBeUndefined();
    expect(again({ policy: POLICY, findings: [HIGH, ACCEPTED] }, "2027-02-01")).toMatchObject({
      code: "report-edited",
    });
  });

  const severities = fc.constantFrom(...SEVERITIES);
  const findings = fc.array(
    fc.record({ severity: severities, id: fc.constantFrom("CVE-2024-6119", "CVE-2000-0002"), fixed: fc.boolean() }),
    { maxLength: 8 },
  );
  const limit = fc.option(fc.oneof(fc.nat(3), fc.constant("unlimited" as const)), { nil: undefined });

  // Proves: report-without-checksum-judged
  it("never passes with what the policy file itself does not let pass", () => {
    fc.assert(
      fc.property(findings, limit, limit, fc.boolean(), (found, high, low, ignoreUnfixed) => {
        const own = found.map(({ severity, id, fixed }) =>
          finding({ severity, id, fixedVersions: fixed ? ["2"] : [] }),
        );
        const limits = { ...(high !== undefined && { HIGH: high }), ...(low !== undefined && { LOW: low }) };
        const given = { policy: POLICY, findings: own, limits, ignoreUnfixed };
        const report = reported(given);
        if (report.verdict !== "pass") return;
        expect(planSigning(report)).not.toHaveProperty("code");
        if (again(given) !== undefined) return;
        const { target, scan } = scanned("a");
        const strict = judge([{ target, scan: { ...scan, findings: own } }], {
          policy: POLICY,
          limits: {},
          ignoreUnfixed: undefined,
          today: TODAY,
        });
        expect(strict.answer).toBe("pass");
      }),
      { numRuns: 300 },
    );
  });

  it("believes what the gate writes by its policy file alone", () => {
    fc.assert(
      fc.property(findings, (found) => {
        const own = found.map(({ severity, id, fixed }) =>
          finding({ severity, id, fixedVersions: fixed ? ["2"] : [] }),
        );
        const given = { policy: POLICY, findings: own };
        if (reported(given).verdict === "pass") expect(again(given)).toBeUndefined();
      }),
    );
  });
});
