import { unique } from "../collections.ts";
import type { Finding, Opinion } from "../finding.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import { number } from "../list-some.ts";
import { type OpinionSource, type ScanResult, scannersOf } from "../target.ts";
import { namesOf } from "./names.ts";
import { needsOf, subjectOf, subjectOfFinding } from "./subject.ts";

/** How several scanners' opinions on one target compare. Only vulnerabilities are compared. */
export type Agreement = ReturnType<typeof agreementOf>;

/** A difference between the scanners' opinions on a finding. */
export type Difference =
  | { readonly kind: "seen"; readonly by: readonly string[]; readonly not: readonly string[]; readonly why: WhyNot }
  | { readonly kind: "severity" | "fix"; readonly says: readonly Opinion[] };

/**
 * Why a scanner does not report a finding, as far as the results prove it. `no-data`: there is no evidence that it has
 * advisories for the distribution or the ecosystem. `by-name`: the others matched only a product's name (CPE).
 * `by-system`: a package of the distribution has installed the package. `withdrawn`: the advisory is marked as
 * withdrawn, rejected or disputed. `no-package`: it lists the target's packages, without this one. `unproven`: the
 * results show no reason.
 */
export type WhyNot = "no-data" | "by-name" | "by-system" | "withdrawn" | "no-package" | "unproven";

/** @param scanners with an opinion, in their order */
function agreementOf(scanners: readonly string[], findings: readonly Finding[]) {
  const found = findings.flatMap(({ kind, opinions = [] }) => (kind === "vulnerability" ? [opinions] : []));
  const disputed = found.filter(({ length }) => length !== scanners.length);
  const counts = Map.groupBy(disputed, ([first, second]) => (second === undefined ? first?.scanner : undefined));
  const alone = scanners.flatMap((scanner) => {
    const { length } = counts.get(scanner) ?? [];
    return length === 0 ? [] : [[scanner, length] as const];
  });
  const some = counts.get(undefined)?.length ?? 0;
  // `agreed`: reported by all of them. `alone`: for each scanner, the number of findings that only this one reports.
  return { scanners, all: found.length, agreed: found.length - disputed.length, alone, some };
}

/** How the same scanners' opinions on several targets compare in total, one for each set of scanners. */
export function agreementsOf(scans: readonly Pick<ScanResult, "findings" | "opinions" | "provenance">[]): Agreement[] {
  const merged = scans.filter(({ opinions }) => opinions !== undefined);
  const sets = Map.groupBy(merged, (scan) => JSON.stringify(scannersOf(scan)));
  return [...sets.values()].map((same) => {
    // Images with the same content share their findings, which count once.
    const findings = unique(same.map((scan) => scan.findings)).flat();
    return agreementOf(same[0] === undefined ? [] : scannersOf(same[0]), findings);
  });
}

/** `Grype and Clair agree on 41 of 44; 2 only Grype, 1 only Clair`. Names are untrusted. */
export function agreementLine({ scanners, all, agreed, alone, some }: Agreement): string {
  if (scanners.length < 2) return `Only ${namesOf(scanners)} has an opinion`;
  const rest = [
    ...alone.map(([scanner, count]) => `${number(count)} only ${scanner}`),
    ...(some > 0 ? [`${number(some)} some of them`] : []),
  ];
  const line = `${namesOf(scanners)} agree on ${number(agreed)} of ${number(all)}`;
  return rest.length === 0 ? line : `${line}; ${rest.join(", ")}`;
}

/** The scanners' differences on a finding of the target. Empty: all agree. */
export function differences(scan: ScanResult): (finding: Finding) => Difference[] {
  const sources = (scan.opinions ?? []).filter(({ failed }) => failed === undefined);
  const isListed = memoizedListing(scan);
  return (finding) => {
    const { opinions } = finding;
    if (opinions === undefined || finding.kind !== "vulnerability") return [];
    const by = opinions.map(({ scanner }) => scanner);
    const absent = sources.filter(({ scanner }) => !by.includes(scanner));
    const reasons = Map.groupBy(absent, (source) => whyNot(finding, source, isListed));
    return [
      ...[...reasons].map(
        ([why, sources]): Difference => ({ kind: "seen", by, not: sources.map(({ scanner }) => scanner), why }),
      ),
      ...(isVaried(opinions, ({ severity }) => severity) ? [{ kind: "severity", says: opinions } as const] : []),
      ...(isVaried(opinions, ({ fixedVersions }) => String(fixedVersions.length > 0))
        ? [{ kind: "fix", says: opinions } as const]
        : []),
    ];
  };
}

function isVaried(opinions: readonly Opinion[], of: (opinion: Opinion) => string): boolean {
  const [first, ...others] = opinions.map(of);
  return others.some((each) => each !== first);
}

function whyNot(finding: Finding, source: OpinionSource, isListed: (finding: Finding) => boolean): WhyNot {
  const { package: about, opinions = [] } = finding;
  if (about !== undefined && !source.sees.includes(needsOf(about))) return "no-data";
  if (opinions.every(({ byName }) => byName)) return "by-name";
  if (opinions.some(({ bySystem }) => bySystem)) return "by-system";
  if ([finding.title, finding.description ?? ""].some((text) => WITHDRAWN.test(text))) return "withdrawn";
  return source.listsPackages && !isListed(finding) ? "no-package" : "unproven";
}

/** The prefixes that advisory databases use for such an entry. */
const WITHDRAWN = /^\s*(?:\*\*\s*(?:reject(?:ed)?|disputed)\s*\*\*|rejected reason:|\[?withdrawn\b)/i;

/**
 * True if the target's list has the finding's package, or the list's scanner has a finding on it. The list is only read
 * when it is needed.
 */
function memoizedListing({ packages, findings, opinions = [] }: ScanResult): (finding: Finding) => boolean {
  const lister = opinions.find(({ listsPackages }) => listsPackages)?.scanner;
  const found = () => findings.filter(({ opinions: by = [] }) => by.some(({ scanner }) => scanner === lister));
  let keys: ReadonlySet<string> | undefined;
  return (finding) => {
    keys ??= new Set([...packages.map(subjectOf), ...found().map(subjectOfFinding)].map(({ key }) => key));
    return keys.has(subjectOfFinding(finding).key);
  };
}

/** A reason in words, as a clause about the scanner. Names are untrusted. */
export function whyWords({ not, why }: Extract<Difference, { kind: "seen" }>, { package: about }: Finding): string {
  const needs = about === undefined ? "" : needsOf(about);
  const names = namesOf(not, "or");
  const subject = SYSTEM_ECOSYSTEMS.has(needs) ? "the distribution" : `${needs} packages`;
  return {
    "no-data": `there is no evidence that ${names} has advisories for ${subject}`,
    "by-name": "only a product's name (CPE) matches, which is weak evidence",
    "by-system": "a package of the distribution has installed it, and may have its own fix",
    withdrawn: "the advisory is withdrawn, rejected or disputed",
    "no-package": `${names} does not list the package`,
    unproven: "the results show no reason",
  }[why];
}
