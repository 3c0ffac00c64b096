import { parseReference } from "../domain/image/reference.ts";
import type { ScanOutcome } from "../domain/judge/judge.ts";
import { listSome } from "../domain/list-some.ts";
import { mergeScans, type NamedScan, type OpinionRules } from "../domain/opinions/merge-scans.ts";
import { type Artifact, GIVEN_REPORT, type ScanResult, type Target } from "../domain/target.ts";

/** The outcome of an opinion that could be read. */
type Scanned = Extract<ScanOutcome, { scan: ScanResult }>;

/**
 * Makes one outcome of all opinions on one target. The opinions are a scanned image with its reports (`opinions` of the
 * target), or reports with the same name or the same digest. If one of them could not be read, or is about another
 * image, the target has that error: the others alone do not judge it.
 */
export function mergeOutcomes(outcomes: readonly ScanOutcome[], rules: OpinionRules = {}): ScanOutcome[] {
  const groups: Group[] = [];
  const owners = new Map<Target, Group>();
  for (const outcome of outcomes) {
    const { target } = outcome;
    const group = owners.get(target) ?? (target.kind === GIVEN_REPORT ? groupOf(outcome, groups) : undefined);
    if (group !== undefined) group.push(outcome);
    else {
      const made: Group = [outcome];
      groups.push(made);
      for (const opinion of target.opinions ?? []) owners.set(opinion, made);
    }
  }
  return groups.map((group) => (group.length === 1 ? group[0] : merged(group, rules)));
}

type Group = [ScanOutcome, ...ScanOutcome[]];

/** The earlier reports on the same target: their lines have the same name or the same digest. */
function groupOf(outcome: ScanOutcome, groups: readonly Group[]): Group | undefined {
  return groups.find(
    (group) =>
      group[0].target.kind === GIVEN_REPORT &&
      group.some((other) => isNamedAlike(outcome.target, other.target)) &&
      !group.some((other) => isAnotherOfScanner(outcome, other)),
  );
}

function isNamedAlike({ as }: Target, { as: other }: Target): boolean {
  if (as === undefined || other === undefined) return false;
  const digest = parseReference(as)?.digest;
  return as === other || (digest !== undefined && digest === parseReference(other)?.digest);
}

/**
 * One scanner's reports on several platforms of an image share a name. Each of them is a target, and must pass.
 */
function isAnotherOfScanner(one: ScanOutcome, other: ScanOutcome): boolean {
  if ("error" in one || "error" in other) return false;
  const { scanner } = one.scan.provenance;
  return scanner === other.scan.provenance.scanner && isOneImage(one.scan.artifact, other.scan.artifact) === "no";
}

function digestsOf({ digest, index, referenceDigest, reportedDigests = [] }: Artifact): string[] {
  return [digest, index?.digest, referenceDigest, ...reportedDigests].filter((each) => each !== undefined);
}

/**
 * True if two results are about one image, by the facts that both have. An index has one digest for all platforms, so
 * the image's own id and the platform are compared first.
 */
function isOneImage(a: Artifact, b: Artifact): "yes" | "no" | "unknown" {
  // `linux/arm64` of `linux/arm64/v8`.
  const machine = (platform: string) => platform.split("/").slice(0, 2).join("/");
  if (a.platform !== undefined && b.platform !== undefined && machine(a.platform) !== machine(b.platform)) return "no";
  if (a.imageId !== undefined && a.imageId === b.imageId) return "yes";
  if (a.imageId !== undefined && b.imageId !== undefined) return "no";
  const [mine, theirs] = [digestsOf(a), digestsOf(b)];
  if (mine.length === 0 || theirs.length === 0) return "unknown";
  return mine.some((digest) => theirs.includes(digest)) ? "yes" : "no";
}

function merged(group: Group, rules: OpinionRules): ScanOutcome {
  const [first] = group;
  const target = first.target.kind === GIVEN_REPORT ? withFiles(group) : first.target;
  const failed = group.find((outcome) => "error" in outcome);
  if (failed !== undefined && "error" in failed) {
    const { error } = failed;
    // A report's own error says which report it is.
    return { target, error: failed === first ? error : { ...error, what: `${fileOf(failed.target)}: ${error.what}` } };
  }
  const scanned = group as readonly ScanOutcome[] as readonly [Scanned, ...Scanned[]];
  const other = scanned.find(({ scan }) => isOneImage(scanned[0].scan.artifact, scan.artifact) === "no");
  if (other !== undefined)
    return {
      target,
      error: {
        code: "report-of-another-image",
        what: `${aboutWords(scanned[0])}, and ${aboutWords(other)}: they are opinions on one target, but not about the same image`,
        remedy:
          "Make the reports of one image, by its digest in the registry and for one platform. Reports on other images need their own name (`reports/other.json as NAME`), and a run without `image`, or with several.",
      },
    };
  const scan = mergeScans(named(scanned), [], rules);
  const names = first.target.kind === GIVEN_REPORT ? scan.artifact.names : scanned[0].scan.artifact.names;
  // These reports have nothing that shows that they are about the image.
  const unnamed = scanned
    .slice(1)
    .filter((each) => isOneImage(scanned[0].scan.artifact, each.scan.artifact) === "unknown");
  const label = scanned[0].target.label;
  const notes = [
    ...unnamed.map(
      (each) =>
        `${fileOf(each.target)} does not prove that it is about the same image as ${label}; the caller's word is trusted.`,
    ),
    ...(scan.provenance.notes ?? []),
  ];
  return {
    target,
    scan: { ...scan, artifact: { ...scan.artifact, names }, provenance: { ...scan.provenance, notes } },
  };
}

const SHOWN = 3;

/** The target of several reports, which are its opinions: its label names all files. */
function withFiles(group: Group): Target {
  const [{ target }] = group;
  const all = group.map((each) => fileOf(each.target));
  const files = listSome(all, SHOWN, { what: "report" });
  const name = target.as ?? target.label.replace(` (${fileOf(target)})`, "");
  const label = name === fileOf(target) ? files : `${name} (${files})`;
  return { ...target, label, opinions: group.map((each) => each.target) };
}

function fileOf({ file, input }: Target): string {
  return file ?? input;
}

/** The names under which scanners are shown. The file's name distinguishes a second report of one scanner. */
function named(scanned: readonly [Scanned, ...Scanned[]]): readonly [NamedScan, ...NamedScan[]] {
  const seen = new Set<string>();
  const all = scanned.map(({ target, scan }): NamedScan => {
    const name = scan.provenance.scanner || "Unnamed scanner";
    const scanner = seen.has(name) ? `${name} (${fileOf(target)})` : name;
    // Failed scanners are named, too: a report does not replace them.
    for (const each of [name, ...(scan.opinions ?? []).map((source) => source.scanner)]) seen.add(each);
    if (target.kind !== GIVEN_REPORT) return { scanner, scan };
    return { scanner, scan, given: true };
  });
  return all as readonly NamedScan[] as readonly [NamedScan, ...NamedScan[]];
}

function aboutWords({ target, scan: { artifact } }: Scanned): string {
  const known = [artifact.digest ?? digestsOf(artifact)[0] ?? artifact.imageId, artifact.platform];
  return `${target.kind === GIVEN_REPORT ? fileOf(target) : target.label} is about ${known.filter((each) => each !== undefined).join(", ")}`;
}
