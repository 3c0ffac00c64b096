import type { Finding } from "../../domain/finding.ts";
import { isFixable } from "../../domain/finding.ts";
import { hasEnded } from "../../domain/policy/exception-coverage.ts";
import { createExceptionMatcher } from "../../domain/policy/exception-matcher.ts";
import { compileImageGlobs } from "../../domain/policy/image-globs.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { DEFAULT_THRESHOLDS, severityName } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";

/** One thing that a policy says about a finding. */
export interface PolicyLine {
  /** 1-based. Absent: no line says it, it is the default. */
  readonly line?: number | undefined;
  /** `high: 0`. */
  readonly key: string;
  /** What that means for the finding: a clause. */
  readonly means: string;
}

export interface Asked {
  readonly policy: Policy;
  readonly lineOf: (...path: readonly string[]) => number | undefined;
  readonly today: string;
  /** By which rules can mean the image. */
  readonly names: readonly string[];
}

/** What a policy says about a finding: its limit, what else decides whether it counts, each exception for its id. */
export function policySays(judged: JudgedFinding, asked: Asked): PolicyLine[] {
  return [...limitLines(judged, asked), ...exemptions(judged, asked), ...exceptionLines(judged.finding, asked)];
}

function limitLines(
  { finding: { severity }, exploitation }: JudgedFinding,
  { policy, lineOf, names }: Asked,
): PolicyLine[] {
  const name = severityName(severity);
  const rules = policy.targets.flatMap((rule, position) => rule.images.map((glob) => ({ glob, value: position })));
  const rule = policy.targets[Math.min(...compileImageGlobs(rules)(names).confirmed)];
  const own = rule?.thresholds[severity];
  const line = own === undefined ? lineOf("thresholds", name) : rule?.line;
  const limit = own ?? policy.thresholds[severity] ?? DEFAULT_THRESHOLDS[severity];
  const whose = own === undefined ? "" : " for these images";
  const means = limit === "unlimited" ? "any number passes" : `at most ${limit} may count`;
  const lines: PolicyLine[] = [{ line, key: `${name}: ${limit}`, means: `${means}${whose}` }];
  const exploited = rule?.exploited ?? policy.exploited;
  if (exploited !== undefined && exploitation?.kev !== undefined)
    lines.push({
      line: rule?.exploited === undefined ? lineOf("thresholds", "exploited") : rule.line,
      key: `exploited: ${exploited}`,
      means: "attackers use it, so it falls under this limit, too",
    });
  if (policy.epss !== undefined && (exploitation?.epss ?? 0) > policy.epss.above)
    lines.push({
      line: lineOf("epss"),
      key: `epss: above ${policy.epss.above}, max ${policy.epss.max}`,
      means: "its score is above that, so it falls under this limit, too",
    });
  return lines;
}

function exemptions({ finding, spared, countsFrom, change }: JudgedFinding, { policy, lineOf }: Asked): PolicyLine[] {
  const lines: PolicyLine[] = [];
  if (policy.count === "introduced") {
    const known = change === undefined ? "nothing tells whether the change brought it in, so it counts" : "it counts";
    const means = spared === "not-introduced" ? "the change did not bring it in, so it does not count" : known;
    lines.push({ line: lineOf("count"), key: "count: introduced", means });
  }
  if (policy.ignoreUnfixed) {
    const means = isFixable(finding)
      ? "it has a fix, so this does not spare it"
      : "it has no fix, so it does not count";
    lines.push({ line: lineOf("ignore-unfixed"), key: "ignore-unfixed: true", means });
  }
  const days = policy.graceDays?.[finding.severity];
  if (days !== undefined && days > 0) {
    const means = countsFrom === undefined ? "its days are over, or not known" : `it counts from ${countsFrom} on`;
    const name = severityName(finding.severity);
    lines.push({ line: lineOf("grace-days", name), key: `grace-days: ${name}: ${days}`, means });
  }
  return lines;
}

/** Every exception that names the id, also one that does not hold here. */
function exceptionLines(finding: Finding, { policy, today, names }: Asked): PolicyLine[] {
  const ids = new Set([finding.id, ...(finding.aliases ?? [])].map((id) => id.toLowerCase()));
  const meant = policy.exceptions.filter(({ id }) => ids.has(id.toLowerCase()));
  const matcher = createExceptionMatcher(meant, names);
  const matching = new Set(matcher.matches(finding));
  return meant.map((exception) => {
    const { id, line, expires, reason, owner, onlyWhileUnfixed } = exception;
    const key = `exception for ${id} until ${expires}`;
    const words = `${reason}${owner === undefined ? "" : ` (${owner})`}`;
    if (!matcher.inScope(exception)) return { line, key, means: "it is for other images" };
    if (!matching.has(exception)) return { line, key, means: "it is for another package or path" };
    if (hasEnded(exception, today)) return { line, key, means: `it has ended, so the finding counts again: ${words}` };
    if (onlyWhileUnfixed && isFixable(finding))
      return { line, key, means: `it holds only while there is no fix: ${words}` };
    return { line, key, means: `it accepts the finding: ${words}` };
  });
}
