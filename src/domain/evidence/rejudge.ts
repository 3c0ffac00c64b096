import type { GapCode } from "../coverage.ts";
import type { Day } from "../dates.ts";
import { judge, type ScanOutcome } from "../judge/judge.ts";
import { EMPTY_POLICY, type Policy } from "../policy/policy.ts";
import type { Limit } from "../severity.ts";
import type { Artifact, Target } from "../target.ts";
import type { Described, Exploitation, JudgedTarget, TargetVerdict } from "../verdict.ts";
import type { GateReport, ReportFinding, ReportTarget } from "./gate-report.ts";

/** Why a report without its checksum is not believed. */
export type Disbelief = Described<"report-edited" | "report-unsealed">;

/** By what a report is judged again. */
export interface RejudgeTerms {
  readonly today: Day;
  /** The policy file that is at hand, if the report was judged by one. */
  readonly policy?: { readonly sha256: string; readonly policy: Policy } | undefined;
}

const GIVE_CHECKSUM = "Give the gate's output `report-digest` to this step: then the report is believed as it is.";

/**
 * Judges a passing report again that has no checksum, from the findings in it. It is believed only if the policy file
 * at hand, or the defaults without one, let it pass alone: without limits from inputs, VEX documents, grace or a
 * baseline. Findings that were taken out of the report, together with their counts, go unnoticed. Only the checksum
 * shows that.
 * @returns undefined if the report is believed
 */
export function rejudge(report: GateReport, { today, policy }: RejudgeTerms): Disbelief | undefined {
  // Nothing is signed by any other verdict.
  if (report.verdict !== "pass") return undefined;
  const wanted = report.provenance.policySha256;
  if (wanted !== undefined && policy?.sha256 !== wanted)
    return withoutChecksum(
      "it was judged by a policy file that is not the workspace's `.github/image-gate.yml` of now",
    );
  const known = wanted === undefined ? EMPTY_POLICY : (policy?.policy ?? EMPTY_POLICY);
  const unclear = report.findings.find(({ outcome, vex, exceptions = [] }) =>
    outcome === "accepted" ? vex !== undefined || exceptions.length === 0 : false,
  );
  if (unclear !== undefined)
    return withoutChecksum(`${unclear.id} was accepted by something other than an exception, such as a VEX document`);
  const verdict = judge(outcomesOf(report), {
    // What is new or recent is unknown here, so everything counts.
    policy: { ...known, count: "all", graceDays: undefined },
    limits: {},
    ignoreUnfixed: undefined,
    today,
    exploits: exploitsOf(report),
  });
  for (const [position, target] of report.targets.entries()) {
    const again = verdict.targets[position];
    const wrong = again && difference(report, position, again);
    if (wrong !== undefined) return { ...wrong, what: `${wrong.what} (${target.label})` };
  }
  return undefined;
}

function withoutChecksum(why: string): Disbelief {
  return {
    code: "report-unsealed",
    what: `The report has no checksum, and cannot be judged again: ${why}`,
    remedy: GIVE_CHECKSUM,
  };
}

function edited(how: string): Disbelief {
  return { code: "report-edited", what: `The report is not what the gate judges: ${how}`, remedy: GIVE_CHECKSUM };
}

/** How a target of the report is better than what it gets now. */
function difference(report: GateReport, position: number, again: TargetVerdict): Disbelief | undefined {
  const target = report.targets[position];
  if (again.answer === "error") return edited(`it says \`pass\`, and it is an error: ${again.error.what}`);
  const loose =
    looserLimit(target?.rows ?? [], again.rows) ?? looserLimit(target?.exploitRows ?? [], again.exploitRows ?? []);
  if (loose !== undefined) return edited(loose);
  if ((again.exploitRows?.length ?? 0) > (target?.exploitRows?.length ?? 0))
    return edited("a limit of the policy on what attackers use is not in it");
  const hidden = hiddenFinding(report, position, again);
  if (hidden !== undefined) return edited(hidden);
  return again.answer === "pass" ? undefined : edited("it says `pass`, and it fails");
}

interface LimitRow {
  readonly severity?: string | undefined;
  readonly kind?: string | undefined;
  readonly above?: number | undefined;
  readonly limit: Limit;
}

function looserLimit(said: readonly LimitRow[], again: readonly LimitRow[]): string | undefined {
  const nameOf = ({ severity, kind, above }: LimitRow) =>
    `${severity ?? kind}${above === undefined ? "" : ` above ${above}`}`;
  const limits = new Map(again.map((row) => [nameOf(row), row.limit]));
  const loose = said.find((row) => isLooser(row.limit, limits.get(nameOf(row)) ?? 0));
  return (
    loose &&
    `its limit for ${nameOf(loose)} is ${loose.limit}, and by the policy it is ${limits.get(nameOf(loose)) ?? 0}; an input of the gate may have raised it, or an edit`
  );
}

function isLooser(limit: Limit, than: Limit): boolean {
  if (than === "unlimited") return false;
  return limit === "unlimited" || limit > than;
}

/** A finding that counts now, or that another exception covers, which ends on another day. */
function hiddenFinding(
  { findings, exceptions }: GateReport,
  position: number,
  again: JudgedTarget,
): string | undefined {
  const outcomes = new Map(again.findings.map((judged) => [judged.finding, judged]));
  // Each finding was made from the one at its place, and judging only sorts them.
  const made = again.scan.findings;
  const said = findings.filter(({ target }) => target === position);
  for (const [at, { id, outcome, exceptions: held = [] }] of said.entries()) {
    const finding = made[at];
    const now = finding && outcomes.get(finding);
    if (now === undefined) return `${id} is not there`;
    if (outcome !== "open" && now.outcome === "open")
      return `${id} is ${outcome} in it, and counts by the policy of today`;
    if (outcome !== "accepted") continue;
    const exception = held[0] === undefined ? undefined : exceptions[held[0]];
    const [holder] = now.exceptions;
    if (now.outcome !== "accepted" || exception?.id !== holder?.id || exception?.expires !== holder?.expires)
      return `${id} is accepted in it by an exception that the policy does not have`;
  }
  return undefined;
}

/** What was found, as it was before anybody judged it. */
function outcomesOf({ targets, findings }: GateReport): ScanOutcome[] {
  const of = Map.groupBy(findings, ({ target }) => target);
  return targets.map((target, position) => ({
    target: targetOf(target),
    scan: {
      artifact: artifactOf(target),
      packages: [],
      layers: [],
      findings: (of.get(position) ?? []).map(findingOf),
      suppressed: 0,
      coverage: {
        rows: [],
        gaps: (target.coverage?.gaps ?? []).map(({ code, path }) => ({
          code: code as GapCode,
          what: `${code} is not accepted`,
          remedy: "",
          path,
        })),
      },
      provenance: { scanner: target.provenance?.scanner ?? "" },
    },
  }));
}

function targetOf({ kind, input, as, label }: ReportTarget): Target {
  return { kind, input, as, label };
}

/** Rules go by what was typed, which the report may not say twice. */
function artifactOf({ input, as }: ReportTarget): Artifact {
  return { names: as === undefined ? [input] : [as, input], packages: undefined };
}

function findingOf({ kind, id, aliases, severity, title, package: about, missedBy, ...rest }: ReportFinding) {
  const { fixedVersions, status, path } = rest;
  return { kind, id, aliases, severity, title, package: about, fixedVersions, status, path, missedBy };
}

function exploitsOf({ findings }: GateReport): (id: string) => Exploitation | undefined {
  const known = new Map<string, Exploitation>();
  for (const { id, exploitation } of findings)
    if (exploitation !== undefined)
      known.set(id, { ...(exploitation.kev && { kev: { ransomware: false } }), epss: exploitation.epss });
  return (id) => known.get(id);
}
