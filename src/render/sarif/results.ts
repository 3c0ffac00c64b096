import { hash } from "node:crypto";
import type { Finding, FindingPackage, Layer } from "../../domain/finding.ts";
import { memoize } from "../../domain/memoize.ts";
import { lastingIdentity } from "../../domain/same/names.ts";
import type { JudgedFinding, JudgedTarget } from "../../domain/verdict.ts";
import type { CodeScanningFacts, RepositoryPlace } from "../report-format.ts";
import { plain, shorten, visible } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { statusOf, whyAccepted, whyExempted } from "../shared/status.ts";
import { jsonText, type SarifWords, sarifText } from "./messages.ts";
import type { Rule } from "./rules.ts";

/** Longest reason of a suppression and longest path, in UTF-16 units. */
const LONGEST_REASON = 1000;
const LONGEST_PATH = 1000;
const LONGEST_NAME = 500;
const LONGEST_TARGET = 200;
/** Most fixing versions of a finding. There is one for each branch that got a fix. */
const MOST_VERSIONS = 20;

/** What a run's results have in common. */
interface RunContext {
  readonly target: JudgedTarget;
  /** The target's name in messages. */
  readonly name: string;
  readonly category: string;
  readonly facts: CodeScanningFacts;
  /** True if some findings don't count: SARIF then wants every result to say whether it counts (2.1.0, 3.27.23). */
  readonly suppressing: boolean;
  /** The last finding of the target that the run reports. */
  readonly last: JudgedFinding | undefined;
  readonly words: SarifWords;
}

/**
 * Makes a function that returns a finding as SARIF's `result`, in JSON. It joins pieces that are already JSON; many
 * findings share most of these.
 */
export function resultsOf({ target, name, category, facts, suppressing, last, words }: RunContext) {
  const fingerprintOf = fingerprints(target, category, last);
  const locationOf = memoize(physicalLocation);
  const packageOf = memoize(packageProperties);
  const layerOf = memoize(layerProperties);
  const fixedOf = memoize(fixedProperties);
  const where = jsonText(sarifText(name, LONGEST_TARGET));
  const heads: string[] = [];

  function locations(finding: Finding): string {
    const place = locationOf(facts.placeOf(target.target, finding));
    if (finding.path === undefined) return place;
    const path = jsonText(visible(shorten(finding.path, LONGEST_PATH, "middle")));
    return `${place},"logicalLocations":[{"fullyQualifiedName":"${path}","kind":"resource"}]`;
  }

  function properties(judged: JudgedFinding): string {
    const { package: about, fixedVersions, line, layer } = judged.finding;
    const status = judged.outcome === "open" ? "open" : jsonText(statusOf(judged));
    let all = `"status":"${status}"`;
    if (about !== undefined) all += packageOf(about);
    if (fixedVersions.length > 0) all += fixedOf(fixedVersions);
    if (line !== undefined) all += `,"line":${line}`;
    return layer === undefined ? all : all + layerOf(layer);
  }

  return (judged: JudgedFinding, rule: Rule, ruleIndex: number): string => {
    const { finding } = judged;
    heads[ruleIndex] ??= headOf(rule, ruleIndex);
    const message = messageOf(finding, where, rule, words);
    const suppressions = suppressing ? `,"suppressions":${JSON.stringify(suppressionsOf(judged))}` : "";
    return `${heads[ruleIndex]}${message}"},"locations":[{${locations(finding)}}],"partialFingerprints":{"primaryLocationLineHash":"${fingerprintOf(judged)}"}${suppressions},"properties":{${properties(judged)}}}`;
  };
}

/**
 * Makes the `primaryLocationLineHash` of each finding, by which code scanning recognises an alert. It is made from the
 * category (so from the image without tag and digest) and from the finding's identity. So a rebuild keeps it, and two
 * images never share one. A number follows, which tells findings with the same identity apart. It counts all findings
 * of the target, so accepting one does not change the others'.
 */
function fingerprints(
  { findings }: JudgedTarget,
  category: string,
  last: JudgedFinding | undefined,
): (judged: JudgedFinding) => string {
  const seen = new Map<string, number>();
  const places = new Map<JudgedFinding, number>();
  for (const judged of findings) {
    const identity = lastingIdentity(judged.finding);
    const times = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, times);
    if (times > 1) places.set(judged, times);
    if (judged === last) break;
  }
  return (judged) => `${hash("sha256", `${category}\0${lastingIdentity(judged.finding)}`)}:${places.get(judged) ?? 1}`;
}

/** The start of all results of a rule, up to their message. */
function headOf({ id, finding: { severity } }: Rule, ruleIndex: number): string {
  return `{"ruleId":${JSON.stringify(id)},"ruleIndex":${ruleIndex},"level":"${SEVERITY_STYLES[severity].sarifLevel}","message":{"text":"`;
}

/**
 * `libssl3 3.0.11 in ghcr.io/acme/app has CVE-2024-6119 (HIGH): title. Fixed in 3.0.15. In usr/lib/x, layer 3 (RUN …).`
 * The image is in the first sentence, because code scanning shows only that one if there is little room.
 */
function messageOf(finding: Finding, target: string, rule: Rule, words: SarifWords): string {
  const about = words.about(finding);
  const end = rule.words.endsWith(".") ? "" : ".";
  return `${about === "" ? target : `${about} in ${target}`} has ${rule.words}${end}${words.sentences(finding)}`;
}

function physicalLocation({ file, line }: RepositoryPlace): string {
  const uri = encodedPath(file);
  return `"physicalLocation":${JSON.stringify({ artifactLocation: { uri, uriBaseId: "%SRCROOT%" }, region: { startLine: line } })}`;
}

/** A relative reference (RFC 3986). Its first segment must not look like a scheme; percent-encoding prevents that. */
function encodedPath(file: string): string {
  return file.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

function packageProperties({ name, version }: FindingPackage): string {
  return `,"package":${JSON.stringify(bounded(name))},"installedVersion":${JSON.stringify(bounded(version))}`;
}

function fixedProperties(versions: readonly string[]): string {
  return `,"fixedVersions":${JSON.stringify(versions.slice(0, MOST_VERSIONS).map(bounded))}`;
}

function bounded(text: string): string {
  return visible(shorten(text, LONGEST_NAME, "middle"));
}

/** Without the layer's instruction, which is in the message. */
function layerProperties({ diffId }: Layer): string {
  return `,"layer":${JSON.stringify(visible(diffId))}`;
}

function suppressionsOf(judged: JudgedFinding) {
  if (judged.outcome === "open") return [];
  const justification = shorten(
    judged.outcome === "accepted" ? acceptance(judged) : whyExempted(judged),
    LONGEST_REASON,
  );
  return [{ kind: "external", status: "accepted", justification }];
}

/** The reason, who answers for it, and its last day. */
function acceptance(judged: JudgedFinding): string {
  const { exceptions, vex } = judged;
  const [exception] = exceptions;
  const more =
    exception === undefined
      ? [vex?.author && `author: ${plain(vex.author)}`, vex && plain(vex.document)]
      : [exception.owner && `owner: ${plain(exception.owner)}`, `until ${plain(exception.expires)}`];
  const reason = shorten(whyAccepted(judged), LONGEST_REASON - 300).replace(/\.$/, "");
  return [reason, ...more].filter((part) => part).join("; ");
}
