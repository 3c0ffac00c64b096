import type { ReadDocument } from "../../documents/read-document.ts";
import { judgedAgain, type UnjudgedReport, unjudgedIn } from "../../documents/unjudged.ts";
import type { Day } from "../../domain/dates.ts";
import { closest } from "../../domain/did-you-mean.ts";
import { counted } from "../../domain/list-some.ts";
import { EMPTY_POLICY, type Policy } from "../../domain/policy/policy.ts";
import type { Report } from "../../domain/report/schema.ts";
import { breaks, type JudgedFinding, type JudgedTarget, type Verdict } from "../../domain/verdict.ts";
import { keyLines } from "../../policy/key-lines.ts";
import { GateError } from "../../system/errors.ts";
import type { TypedPolicy } from "../typed-policy.ts";
import { policySays } from "./policy-says.ts";

export type Explanation = ReturnType<typeof explained>;
export type ExplainedTarget = Explanation["targets"][number];
export type ExplainedFinding = ExplainedTarget["findings"][number];

/** A report's facts on an id, and the answer of today's policy. @throws GateError `id-not-in-report` */
export function explained(
  id: string,
  { document, file }: { readonly document: ReadDocument; readonly file: string },
  typed: TypedPolicy | undefined,
  today: Day,
) {
  const own = document.kind === "own" ? document.report : undefined;
  const given = unjudgedIn(document, file);
  const policy = typed?.policy ?? EMPTY_POLICY;
  const verdict = judgedAgain(given, given.knowsExploits ? policy : withoutExploits(policy), today);
  const lineOf = keyLines(typed?.text ?? "");
  const targets = verdict.targets.flatMap((target, index) => {
    if (target.answer === "error") return [];
    const findings = target.findings.filter(({ finding }) => isNamed(id, finding));
    if (findings.length === 0) return [];
    return [
      {
        label: target.target.label,
        verdict: target.answer,
        base: own?.targets[index]?.base,
        findings: findings.map((each) => ({
          ...explainedFinding(each, target, given),
          /** Upgrades of the report's plan. */
          clearedBy: upgradesFor(each, index, own),
          policy: policySays(each, target, lineOf),
        })),
      },
    ];
  });
  // The findings of these targets are unknown.
  const unjudged = verdict.targets.flatMap((each) => (each.answer === "error" ? [each.target.label] : []));
  if (targets.length === 0) throw notInReport(id, file, verdict, unjudged.length);
  const madeAt = document.kind === "scan" ? document.scan.provenance.scannedAt : own?.generatedAt;
  // Without a policy, the defaults hold.
  return { id, report: file, madeAt, policy: typed?.file, targets, unjudged };
}

/** Without exploit data, limits on what attackers use cannot be judged; everything else can. */
function withoutExploits(policy: Policy): Policy {
  const targets = policy.targets.map((rule) => ({ ...rule, exploited: undefined }));
  return { ...policy, exploited: undefined, epss: undefined, targets };
}

function isNamed(id: string, finding: JudgedFinding["finding"]): boolean {
  return [finding.id, ...(finding.aliases ?? [])].some((each) => each.toLowerCase() === id.toLowerCase());
}

/** A finding at one place, by the policy of today. */
function explainedFinding(judged: JudgedFinding, target: JudgedTarget, { reported }: UnjudgedReport) {
  const { finding, outcome, spared, countsFrom, vex, exceptions, origin, exploitation } = judged;
  return {
    ...finding,
    outcome,
    breaksLimit: breaks(target)(judged),
    spared,
    countsFrom,
    vex,
    acceptedBy: exceptions[0],
    origin,
    exploitation,
    /** Undefined: the report is a scanner's. */
    outcomeInReport: reported.get(finding)?.outcome,
  };
}

/** The upgrades that the report's own plan names for it. */
function upgradesFor({ finding }: JudgedFinding, target: number, own: Report | undefined): string[] {
  return (own?.plan ?? [])
    .flatMap((step) => (step.target === target ? (step.upgrades ?? []) : []))
    .filter((each) => each.ids.includes(finding.id) && each.package === finding.package?.name)
    .filter(({ paths }) => paths === undefined || finding.path === undefined || paths.includes(finding.path))
    .map(({ text }) => text);
}

function notInReport(id: string, file: string, { targets }: Verdict, unjudged: number): GateError {
  const ids = targets.flatMap((each) =>
    each.answer === "error" ? [] : each.findings.map(({ finding }) => finding.id),
  );
  const meant = closest(id, [...new Set(ids)]);
  const unknown = unjudged === 0 ? "" : `; ${counted(unjudged, "target")} of it could not be judged`;
  return new GateError(
    "id-not-in-report",
    `The report ${JSON.stringify(file)} has no ${JSON.stringify(id)}${unknown}`,
    meant === undefined ? "Name an id as the report has it." : `Did you mean ${meant}?`,
  );
}
