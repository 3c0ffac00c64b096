import { dayOf, spanWords } from "../dates.ts";
import { isDigest, withoutTag } from "../image/reference.ts";
import { listSome } from "../list-some.ts";
import type { ReportTarget } from "../report/read.ts";
import type { Report } from "../report/schema.ts";
import { SEVERITIES } from "../severity.ts";
import type { OpinionSource } from "../target.ts";
import { countedUnder, type Problem } from "../verdict.ts";
import { judgingOf, makePredicate, type NumberedTarget } from "./make-predicate.ts";
import { type VerdictPredicate, verdictPredicate } from "./predicate.ts";

/** An image that may be signed. */
export interface PlannedImage {
  /** As typed, without tag and digest. */
  readonly repository: string;
  /** Of the judged manifest, or of a pushed manifest with exactly the judged configuration. */
  readonly digest: string;
  readonly platform?: string | undefined;
  readonly predicate: VerdictPredicate;
  readonly files: NonNullable<ReportTarget["files"]>;
  /**
   * Only its configuration is known to be the judged one. The signing step must check that its layers match the
   * configuration, too: a manifest may name one image's configuration and another's layers.
   */
  readonly byConfiguration?: true | undefined;
}

/** An index that may be signed, since all of its images may be. */
export interface PlannedIndex extends Pick<PlannedImage, "repository" | "digest" | "predicate"> {
  /**
   * All its images, according to the report. The signing step must check that the registry's index has the same ones:
   * the report is only as trustworthy as its checksum.
   */
  readonly images: readonly Pick<PlannedImage, "digest" | "platform">[];
}

/** The images that may be signed. */
export interface SigningPlan {
  readonly images: readonly [PlannedImage, ...PlannedImage[]];
  readonly indexes: readonly PlannedIndex[];
  /** The images that must not be signed, each as a sentence without a full stop. Untrusted text. */
  readonly left: readonly string[];
}

/** Why nothing may be signed. */
export type SigningRefusal = Problem<
  | "not-a-pass"
  | "nothing-to-sign"
  | "image-not-judged"
  | "report-edited"
  | "report-outdated"
  | "scan-too-old"
  | "scan-database-too-old"
>;

/** An image that was pushed after it was scanned, as its registry has it now. */
export interface PushedContents {
  readonly repository: string;
  /** The manifest; for an index, all its images. */
  readonly images: readonly PushedImage[];
  /** The digest of the index. */
  readonly index?: string | undefined;
}

interface PushedImage extends Pick<PlannedImage, "digest" | "platform"> {
  /** The digest of its configuration. */
  readonly config: string;
}

/**
 * The images of a report that may be signed: each judged image, by the digest of its manifest, and each index whose
 * images were all judged. The whole run must have passed. Nothing here depends on a tag.
 * @param pushed absent: all images of the report, as they were in their registry when they were scanned
 */
export function planSigning(report: Report, pushed?: PushedContents): SigningPlan | SigningRefusal {
  const { verdict, reason } = report;
  if (verdict !== "pass")
    return {
      code: "not-a-pass",
      what: `The report's verdict is \`${verdict}\`: ${reason.replace(/\.$/, "")}`,
      remedy:
        "Only images that pass are signed, whatever the gate's `mode`. Clear the failing findings, and run the gate again.",
    };
  const found = Map.groupBy(report.findings, ({ target }) => target);
  const wrong = report.targets.find((target, at) => isContradictory(target, found.get(at) ?? []));
  if (wrong !== undefined) return edited(`contradicts itself about ${wrong.label}`);
  const plan = pushed === undefined ? planOfReport(report) : planOfPushed(report, pushed);
  if ("code" in plan) return plan;
  const issues = [...plan.images, ...plan.indexes].flatMap(
    ({ predicate }) => verdictPredicate.safeParse(predicate).error?.issues ?? [],
  );
  return issues[0] === undefined ? plan : edited(`has no valid \`${issues[0].path.join(".")}\` for a verdict`);
}

/** @param how a clause about the report */
function edited(how: string): SigningRefusal {
  return {
    code: "report-edited",
    what: `The report ${how}`,
    remedy: "Use the report that the gate wrote, without changes.",
  };
}

/** Limits on the age of the evidence, in milliseconds. */
export interface Ages {
  readonly now: Date;
  /** Since the oldest scan. */
  readonly maxAgeMs: number;
  /**
   * From the build of the vulnerability database to the scan that used it. The scan's own age is limited by `maxAgeMs`.
   */
  readonly maxDbAgeMs: number;
}

const SIGN_AGAIN = "Run the gate again, and sign its new report.";

/**
 * Why a plan's verdicts are no longer valid. An exception that one of them depends on may have ended since the scan,
 * which a check of signatures alone would never notice. A scan or its database may be too old. Undefined: they are
 * valid.
 */
export function outdated({ images }: SigningPlan, { now, maxAgeMs, maxDbAgeMs }: Ages): SigningRefusal | undefined {
  for (const { repository, digest, predicate } of images) {
    const { scannedAt, database, exceptions } = predicate;
    const about = `${repository}@${digest}`;
    const ended = exceptions.find(({ expires }) => expires < dayOf(now));
    if (ended !== undefined)
      return {
        code: "report-outdated",
        what: `The report's pass depends on the exception for ${ended.id}, which has ended on ${ended.expires}`,
        remedy: SIGN_AGAIN,
      };
    const scanned = Date.parse(scannedAt);
    // An invalid time is refused too.
    if (!(now.getTime() - scanned <= maxAgeMs))
      return {
        code: "scan-too-old",
        what: `${about} was scanned at ${scannedAt}, and only a scan of the last ${spanWords(maxAgeMs)} is signed (\`max-age\`)`,
        remedy: SIGN_AGAIN,
      };
    if (database !== undefined && scanned - Date.parse(database.updatedAt) <= maxDbAgeMs) continue;
    return {
      code: "scan-database-too-old",
      what: `${about} was scanned with a database of ${database?.updatedAt ?? "unknown age"}, and it may be ${spanWords(maxDbAgeMs)} old at the scan (\`max-db-age\`)`,
      remedy:
        "Let the gate use a newer database, and run it again. If an older one is intended, set `max-db-age` to the gate's value.",
    };
  }
  return undefined;
}

/** An image to sign, with the targets that judged it. */
interface SigningCandidate extends Omit<PlannedImage, "predicate" | "files"> {
  readonly judged: readonly [NumberedTarget, ...NumberedTarget[]];
}

/** By {@link keyOf}. */
type SigningCandidates = ReadonlyMap<string, SigningCandidate>;

function planOfReport(report: Report): SigningPlan | SigningRefusal {
  const left: string[] = [];
  const meant = united(
    report.targets.flatMap((target, position): SigningCandidate[] => {
      const { digest, platform } = target.artifact ?? {};
      const why = notSignable(target) ?? (digest === undefined ? NOT_IN_REGISTRY : undefined);
      if (why === undefined && digest !== undefined)
        return [{ repository: withoutTag(target.input), digest, platform, judged: [{ target, position }] }];
      left.push(`${target.label} ${why}`);
      return [];
    }),
  );
  if (meant.size > 0) return { images: imagesOf(report, meant), indexes: indexesOf(report, meant, left), left };
  return {
    code: "nothing-to-sign",
    what: `The report has no image that can be signed: ${listSome(left, 5, { clauses: true })}`,
    remedy:
      "Only an image in a registry can be signed. Push it, and name it with `image`, or let the gate judge it there.",
  };
}

function planOfPushed(report: Report, pushed: PushedContents): SigningPlan | SigningRefusal {
  const { repository, images, index } = pushed;
  const left: string[] = [];
  const reasons: string[] = [];
  const targets = report.targets.map((target, position): NumberedTarget => ({ target, position }));
  const meant = united(
    images.flatMap(({ digest, config, platform }): SigningCandidate[] => {
      const same = targets.filter(
        ({ target: { artifact } }) => artifact?.digest === digest || (isDigest(config) && artifact?.imageId === config),
      );
      const judged = same.filter(({ target }) => notThisOne(target, digest) === undefined);
      reasons.push(...same.flatMap(({ target }) => notThisOne(target, digest) ?? []));
      if (judged.length === 0) left.push(`${digest}${platform === undefined ? "" : ` (${platform})`} was not judged`);
      const isKnown = judged.some(({ target }) => target.artifact?.digest === digest);
      return judged.map((each) => ({
        repository,
        digest,
        platform: each.target.artifact?.platform ?? platform,
        judged: [each],
        ...(!isKnown && { byConfiguration: true }),
      }));
    }),
  );
  if (meant.size === 0)
    return {
      code: "image-not-judged",
      what: `Nothing of ${repository}@${index ?? images[0]?.digest} was judged: the report has none of its manifests or configurations${reasons.length > 0 ? ` that can be signed (it ${reasons[0]})` : ""}`,
      remedy: "Push the scanned image itself, without building it again, or let the gate judge the pushed one.",
    };
  const wanted = { repository, digest: index ?? "", images };
  const indexes = index === undefined ? [] : indexOf(report, wanted, { meant, left });
  return { images: imagesOf(report, meant), indexes, left };
}

/**
 * The scanning machine's engines, as a report names them. They check an image's layers against the DiffIDs in its
 * configuration, so its id identifies its content (in Podman, only for images that it built). A registry does not: a
 * manifest may have other layers than its configuration claims. A second manifest with the same configuration may
 * therefore have content that was not scanned.
 */
const LOCAL = /^the local /;

const NOT_IN_REGISTRY =
  "was scanned before it was in a registry, or its manifest is unknown: name it with `image` once it is pushed";

/** Why a target cannot be signed, as the end of a sentence about it. */
function notSignable(target: ReportTarget): string | undefined {
  const { kind, coverage, provenance } = target;
  if (kind !== "image") return `is not an image that was scanned (${kind})`;
  const { readAs, scanners, scannedAt, scannerVersion, databaseUpdatedAt } = provenance ?? {};
  if (readAs === "archive" || readAs === "layout")
    return "was scanned as a file, and a file cannot be signed: push it, and let the gate judge what the registry has";
  const judging = judgingOf(target);
  if (judging.some(({ given }) => given))
    return "was also judged with a given report, whose scanner did not run here: judge it in its own run";
  const isSeveral = judging.length > 1;
  const isNamed = isSeveral ? judging.every(isProgram) : scannerVersion !== undefined;
  const isTimed = isTime(scannedAt) && (databaseUpdatedAt === undefined || isTime(databaseUpdatedAt));
  if (readAs !== "reference" || coverage === undefined || !isTimed || !isNamed)
    return "comes from a report that does not say how it was scanned: use the same version of Image Gate for both";
  // Otherwise its counts would be 0 for findings that were not requested.
  return scanners?.includes("vuln") ? undefined : "was not searched for vulnerabilities (`scanners` has no `vuln`)";
}

/** True if a verdict can name it with its version, its hash and its database. */
function isProgram({ version, scannerSha256, databaseUpdatedAt }: OpinionSource): boolean {
  return version !== undefined && scannerSha256 !== undefined && isTime(databaseUpdatedAt);
}

function isTime(text = ""): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** Why a target with the same configuration does not cover this manifest, as the end of a sentence about it. */
function notThisOne(target: ReportTarget, digest: string): string | undefined {
  const isSame = target.artifact?.digest === digest || LOCAL.test(target.provenance?.source ?? "");
  return (
    notSignable(target) ??
    (isSame
      ? undefined
      : "was scanned in a registry, where another manifest of the same configuration may have other layers: let the gate judge the one that was pushed")
  );
}

function keyOf({ repository, digest }: Pick<SigningCandidate, "repository" | "digest">): string {
  return `${repository}@${digest}`;
}

/** Merges targets: one may have several tags, and an image several targets, but the image is signed once. */
function united(all: readonly SigningCandidate[]): SigningCandidates {
  const groups = [...Map.groupBy(all, keyOf)] as [string, [SigningCandidate, ...SigningCandidate[]]][];
  return new Map(
    groups.map(([key, [first, ...others]]) => [
      key,
      { ...first, judged: [...first.judged, ...others.flatMap(({ judged }) => judged)] },
    ]),
  );
}

function imagesOf(report: Report, meant: SigningCandidates): SigningPlan["images"] {
  const all = [...meant.values()].map(({ repository, digest, platform, judged, byConfiguration }): PlannedImage => {
    const image = { digest, repository, ...(platform !== undefined && { platform }) };
    const files = judged.map(({ target }) => target.files).find((each) => each?.scannerReport !== undefined) ?? {};
    const predicate = makePredicate(report, image, judged);
    return { ...image, predicate, files, ...(byConfiguration && { byConfiguration }) };
  });
  return all as [PlannedImage, ...PlannedImage[]];
}

function indexesOf(report: Report, meant: SigningCandidates, left: string[]): PlannedIndex[] {
  const named = [...meant.values()].flatMap(({ repository, judged }) =>
    judged.flatMap(({ target: { artifact } }) => {
      const { digest, images = [] } = artifact?.index ?? {};
      return digest === undefined ? [] : [{ repository, digest, images }];
    }),
  );
  return [...Map.groupBy(named, keyOf).values()].flatMap(([first, ...others]) => {
    // A digest always has the same content.
    const isOne = others.every(({ images }) => JSON.stringify(images) === JSON.stringify(first?.images));
    return first !== undefined && isOne ? indexOf(report, first, { meant, left }) : [];
  });
}

/** The index, if all of its images are signed in the same repository. */
function indexOf(
  report: Report,
  { repository, digest, images }: Pick<PlannedIndex, "repository" | "digest" | "images">,
  { meant, left }: { readonly meant: SigningCandidates; readonly left: string[] },
): PlannedIndex[] {
  const own = images.map((image) => meant.get(keyOf({ repository, digest: image.digest })));
  const missing = images.filter((_, at) => own[at] === undefined);
  const [first, ...rest] = own.flatMap((each) => each?.judged ?? []);
  if (first === undefined || missing.length > 0) {
    const names = listSome(missing, 5, { show: (image) => image.platform ?? image.digest });
    left.push(`The index ${repository}@${digest} is not signed, as not each of its images was judged: ${names}`);
    return [];
  }
  const platforms = images.map((image) => ({ digest: image.digest, platform: image.platform }));
  const predicate = makePredicate(report, { digest, repository, platforms }, [first, ...rest]);
  return [{ repository, digest, images: platforms, predicate }];
}

/** True if a report's target that says `pass` contradicts its own findings, gaps or index. */
function isContradictory(
  { verdict, rows = [], exploitRows = [], coverage, artifact }: ReportTarget,
  findings: Report["findings"],
): boolean {
  const counted = SEVERITIES.map((severity, at) => {
    const own = findings.filter((each) => each.severity === severity);
    return { severity, ...countedUnder(rows[at]?.limit ?? 0, own) };
  });
  const { digest, index } = artifact ?? {};
  return (
    verdict !== "pass" ||
    JSON.stringify(counted) !== JSON.stringify(rows) ||
    [...counted, ...exploitRows].some(({ broken, open, limit }) => broken || (limit !== "unlimited" && open > limit)) ||
    coverage?.gaps.some(({ accepted }) => accepted === undefined) === true ||
    (digest !== undefined && index?.images.every((image) => image.digest !== digest) === true)
  );
}
