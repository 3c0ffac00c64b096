import { counted, listSome } from "../../domain/list-some.ts";
import { statusWords } from "../../domain/rows/row-fix.ts";
import { advisoryUrl } from "../../render/shared/advisory-page.ts";
import { age } from "../../render/shared/phrases.ts";
import { codedLetters, plain } from "../../render/shared/safe-text.ts";
import type { ExplainedFinding, ExplainedTarget, Explanation } from "./explained.ts";

/** Places of one target that are shown in full. */
const MOST = 20;
const MOST_TARGETS = 5;

/** An explanation for a terminal: the finding, then target by target its place and the rules that decide about it. */
export function explanationText({ report, madeAt, policy, targets, unjudged }: Explanation, now: Date): string[] {
  const [first] = targets[0]?.findings ?? [];
  const old = madeAt === undefined ? undefined : age(madeAt, now);
  return [
    ...(first === undefined ? [] : aboutLines(first)),
    "",
    ...targets.flatMap((target) => [...targetLines(target, policy), ""]),
    ...(unjudged.length === 0
      ? []
      : [`Not judged, so not known: ${listSome(unjudged, MOST_TARGETS, { show: plain })}`]),
    `As of today, by ${policy === undefined ? "the default limits, as there is no policy" : plain(policy)}; report ${plain(report)}${old === undefined ? "" : `, ${old} old`}`,
  ];
}

function aboutLines(finding: ExplainedFinding): string[] {
  const { id, severity, title, aliases = [], kind, url, exploitation, publishedAt } = finding;
  const page = advisoryUrl(id, url);
  const { kev, epss } = exploitation ?? {};
  return [
    `${plain(id)}  ${severity}  ${plain(title)}`,
    ...(kind === "vulnerability" ? [] : [`  a ${kind}`]),
    ...(aliases.length === 0 ? [] : [`  also ${listSome(aliases, MOST, { show: plain })}`]),
    ...(page === undefined ? [] : [`  ${page}`]),
    ...(publishedAt === undefined ? [] : [`  public since ${plain(publishedAt.slice(0, 10))}`]),
    ...(kev === undefined ? [] : [`  attackers use it (CISA's KEV${kev.ransomware ? "; ransomware" : ""})`]),
    ...(epss === undefined ? [] : [`  EPSS ${epss.toFixed(2)}: probability of exploitation within 30 days`]),
  ];
}

function targetLines({ label, verdict, base, findings }: ExplainedTarget, policy: string | undefined): string[] {
  const left = findings.length - MOST;
  return [
    `${plain(label)}: ${verdict}`,
    ...findings.slice(0, MOST).flatMap((finding) => findingLines(finding, base, policy)),
    ...(left > 0 ? [`  and ${counted(left, "more place")}; --json has all`] : []),
  ];
}

function findingLines(finding: ExplainedFinding, base: ExplainedTarget["base"], policy: string | undefined): string[] {
  const { package: about, path, line, layer, owner, origin } = finding;
  const name = about === undefined ? "" : `${codedLetters(plain(about.name))} ${about.version} (${about.type})`;
  const place = path === undefined ? "" : `${path}${line === undefined ? "" : `:${line}`}`;
  const whose = origin === "base" ? ` of the base image${base?.reference ? ` ${base.reference}` : ""}` : "";
  const made = layer?.source === undefined ? "" : ` (${layer.source.file}:${layer.source.line})`;
  const rows: [string, string][] = [
    ["where", [name, place].filter((part) => part !== "").join(", ")],
    [
      "layer",
      layer && `${layer.number ?? layer.diffId}${whose}${layer.instruction ? `: ${layer.instruction}` : ""}${made}`,
    ],
    [
      "in",
      owner && `${owner.ecosystem} package ${owner.name}${owner.version === undefined ? "" : ` ${owner.version}`}`,
    ],
    ["clears", clearing(finding)],
    ["today", outcomeWords(finding)],
  ].filter((row): row is [string, string] => row[1] !== undefined && row[1] !== "");
  return [
    ...rows.map(([word, text]) => `  ${word.padEnd(7)} ${plain(text)}`),
    ...finding.policy.map(({ line: at, key, means, from: source = "default" }) => {
      const from = at === undefined ? source : `${policy ?? "policy"}:${at}`;
      return `    ${plain(from)}: ${plain(key)}: ${plain(means)}`;
    }),
  ];
}

function clearing({ kind, fixedVersions, status, clearedBy }: ExplainedFinding): string {
  if (clearedBy.length > 0) return clearedBy.join("; ");
  if (kind !== "vulnerability") return "a change of the image";
  return fixedVersions.length > 0 ? `upgrade to ${fixedVersions.join(" or ")}` : `nothing: ${statusWords(status)}`;
}

function outcomeWords({ outcome, outcomeInReport: before, breaksLimit, countsFrom }: ExplainedFinding): string {
  const then = before === undefined || before === outcome ? "" : ` (in the report: ${before})`;
  if (outcome === "open") return `counts, ${breaksLimit ? "and its limit is broken" : "within its limit"}${then}`;
  if (outcome === "accepted") return `accepted${then}`;
  return `does not count${countsFrom === undefined ? "" : `, until it counts on ${countsFrom}`}${then}`;
}
