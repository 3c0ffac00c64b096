import type { ReadDocument } from "../../documents/read-document.ts";
import { type Unjudged, unjudgedIn } from "../../documents/unjudged.ts";
import { dayOf } from "../../domain/dates.ts";
import { closest } from "../../domain/did-you-mean.ts";
import { judge } from "../../domain/judge/judge.ts";
import { counted } from "../../domain/list-some.ts";
import { EMPTY_POLICY, type Policy } from "../../domain/policy/policy.ts";
import type { Report } from "../../domain/report/schema.ts";
import { breaks, type JudgedFinding, type JudgedTarget, type Verdict } from "../../domain/verdict.ts";
import { keyLines } from "../../policy/key-lines.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { Command, Given } from "../command.ts";
import { newestReport } from "../kept-reports.ts";
import { type Answer, type Asked, answered, reading } from "../reading.ts";
import { AS_OPTION, typedDocument } from "../typed-document.ts";
import { POLICY_OPTION, type TypedPolicy, typedPolicy } from "../typed-policy.ts";
import type { ExplainedFinding, ExplainedTarget, Explanation } from "./explanation.ts";
import { policySays } from "./policy-says.ts";
import { explanationText } from "./text.ts";

export const explainCommand: Command = {
  words: "<ID> [REPORT]",
  options: [{ ...POLICY_OPTION, about: "The policy that decides." }, AS_OPTION],
  formats: ["table", "json"],
  exitCodes: { 0: "it is explained", 2: "the report lacks the id or cannot be read, or a wrong command line" },
  examples: [
    { line: "image-gate explain CVE-2024-6119", about: "By the report of the last scan." },
    { line: "image-gate explain CVE-2024-6119 report.json --json", about: "For another program." },
  ],
  run: reading(explain),
};

type ExplainWorld = Pick<World, "workspace" | "temp" | "now" | "env" | "toolCache" | "runFolder" | "platform">;

/**
 * `explain ID [REPORT]`: what a finding is, where it sits, what clears it, and what the policy says of it today.
 * @throws GateError `id-not-in-report`, `report-not-kept`, `document-…`, `report-…`, `policy-…`, `file-…`
 */
export function explain({ words, options }: Given, { world, format }: Asked<ExplainWorld>): Answer {
  const [id = "", report] = words;
  const file = report ?? newestReport(world);
  if (file === undefined)
    throw new GateError(
      "report-not-kept",
      "No report is kept on this machine",
      "Name one: `image-gate explain ID REPORT`. A scan by `image-gate` keeps its own.",
    );
  const document = typedDocument(file, world, { as: options.get("as") });
  const policy = typedPolicy(options.get("policy"), world);
  const explanation = explained(id, { document, file }, policy, dayOf(world.now()));
  return answered(format, explanation, () => explanationText(explanation, world.now()));
}

interface Source {
  readonly document: ReadDocument;
  readonly file: string;
}

function explained(id: string, source: Source, typed: TypedPolicy | undefined, today: string): Explanation {
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
  const targets = verdict.targets.flatMap((target, index): ExplainedTarget[] => {
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
          clearedBy: upgradesFor(each, index, own),
          policy: policySays(each, target, lineOf),
        })),
      },
    ];
  });
  if (targets.length === 0) throw notInReport(id, file, verdict);
  const made = own?.generatedAt ?? scannedAt(verdict);
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

function explainedFinding(
  judged: JudgedFinding,
  target: JudgedTarget,
  { reported }: Unjudged,
): Omit<ExplainedFinding, "policy" | "clearedBy"> {
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
