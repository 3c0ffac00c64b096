import type { ReadDocument } from "../../documents/read-document.ts";
import { type Unjudged, unjudgedIn } from "../../documents/unjudged.ts";
import { closest } from "../../domain/did-you-mean.ts";
import { judge } from "../../domain/judge/judge.ts";
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

interface Source {
  readonly document: ReadDocument;
  readonly file: string;
}

/** What a report says of an id, and what the policy of today says of it. @throws GateError `id-not-in-report` */
export function explained(id: string, source: Source, typed: TypedPolicy | undefined, today: string) {
  const { document, file } = source;
  const own = document.kind === "own" ? document.report : undefined;
  const given = unjudgedIn(document, file, ABOUT_SBOM);
  const policy = typed?.policy ?? EMPTY_POLICY;
  const known = given.knowsExploits ? policy : withoutExploits(policy);
  const verdict = judge(given.outcomes, {
    policy: known,
    limits: {},
    ignoreUnfixed: undefined,
    today,
    ...given.settings,
  });
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
  if (targets.length === 0) throw notInReport(id, file, verdict);
  const made = own?.generatedAt ?? scannedAt(verdict);
  // Without a policy, the defaults hold. Of targets that could not be judged, nothing is known.
  return { id, report: file, madeAt: made, policy: typed?.file, targets, unjudged: errorsIn(verdict) };
}

/** Without exploit data, limits on what attackers use cannot be judged; everything else can. */
function withoutExploits(policy: Policy): Policy {
  const targets = policy.targets.map((rule) => ({ ...rule, exploited: undefined }));
  return { ...policy, exploited: undefined, epss: undefined, targets };
}

function scannedAt({ targets }: Verdict): string | undefined {
  return targets.flatMap((each) => (each.answer === "error" ? [] : [each.scan.provenance.scannedAt]))[0];
}

function errorsIn({ targets }: Verdict): string[] {
  return targets.flatMap((each) => (each.answer === "error" ? [each.target.label] : []));
}

function isNamed(id: string, finding: JudgedFinding["finding"]): boolean {
  return [finding.id, ...(finding.aliases ?? [])].some((each) => each.toLowerCase() === id.toLowerCase());
}

/** What to do with an SBOM, which has no findings. */
const ABOUT_SBOM = "Judge it with `image-gate sbom --json`, and name that report.";

/** A finding at one place, by the policy of today. */
function explainedFinding(judged: JudgedFinding, target: JudgedTarget, { reported }: Unjudged) {
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

/** What the report's own plan says of it. */
function upgradesFor({ finding }: JudgedFinding, target: number, own: Report | undefined): string[] {
  return (own?.plan ?? [])
    .flatMap((step) => (step.target === target ? (step.upgrades ?? []) : []))
    .filter((each) => each.ids.includes(finding.id) && each.package === finding.package?.name)
    .filter(({ paths }) => paths === undefined || finding.path === undefined || paths.includes(finding.path))
    .map(({ text }) => text);
}

function notInReport(id: string, file: string, verdict: Verdict): GateError {
  const ids = verdict.targets.flatMap((each) =>
    each.answer === "error" ? [] : each.findings.map((one) => one.finding.id),
  );
  const meant = closest(id, [...new Set(ids)]);
  const errors = errorsIn(verdict);
  const unknown = errors.length === 0 ? "" : `; ${counted(errors.length, "target")} of it could not be judged`;
  return new GateError(
    "id-not-in-report",
    `The report ${JSON.stringify(file)} has no ${JSON.stringify(id)}${unknown}`,
    meant === undefined ? "Name an id as the report has it." : `Did you mean ${meant}?`,
  );
}
