import { hash } from "node:crypto";
import type { Finding } from "../../domain/finding.ts";
import type { FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import { lastingIdentity } from "../../domain/same/names.ts";
import type { JudgedFinding, JudgedTarget } from "../../domain/verdict.ts";
import type { CodeScanningFacts, RepositoryPlace } from "../report-format.ts";
import { joined } from "../shared/phrases.ts";
import { plain, shorten, visible } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { statusOf, whyAccepted, whyExempted } from "../shared/status.ts";
import { fixWords, packageWords, placeWords, type Rule, ruleId, ruleWords, sarifText } from "./rules.ts";

/** Longest reason of a suppression and longest path, in UTF-16 units. */
const LONGEST_REASON = 1000;
const LONGEST_PATH = 1000;
const LONGEST_NAME = 500;
const LONGEST_TARGET = 200;
/** Maximum number of fixing versions of a finding. There is one for each branch that got a fix. */
const MOST_VERSIONS = 20;

/** The facts that a run's results share. */
interface RunContext {
  readonly target: JudgedTarget;
  /** The target's name in messages. */
  readonly name: string;
  readonly category: string;
  readonly facts: CodeScanningFacts;
  /** True if some findings don't count: SARIF then wants every result to say whether it counts (2.1.0, 3.27.23). */
  readonly suppressing: boolean;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly adviceOn: ReturnType<typeof fixAdvisor>;
}

/** Makes a function that returns a finding as SARIF's `result`. */
export function resultsOf({ target, name, category, facts, suppressing, rules, adviceOn }: RunContext) {
  const fingerprintOf = fingerprints(target, category);
  const where = sarifText(name, LONGEST_TARGET);
  return (judged: JudgedFinding) => {
    const { finding } = judged;
    const id = ruleId(finding);
    const rule = rules.get(id);
    return {
      ruleId: id,
      ruleIndex: rule?.index,
      level: SEVERITY_STYLES[finding.severity].sarifLevel,
      message: { text: messageOf(finding, where, ruleWords(rule?.finding ?? finding), adviceOn(finding)) },
      locations: [locationOf(finding, facts.placeOf(target.target, finding))],
      partialFingerprints: { primaryLocationLineHash: fingerprintOf(judged) },
      suppressions: suppressing ? suppressionsOf(judged) : undefined,
      properties: propertiesOf(judged),
    };
  };
}

/**
 * Makes the `primaryLocationLineHash` of each finding, by which code scanning recognises an alert. It is made from the
 * category (so from the image without tag and digest) and from the finding's identity. So a rebuild keeps it, and two
 * images never share one. A number follows, which distinguishes findings with the same identity. It counts all findings
 * of the target, so accepting one does not change the others'.
 */
function fingerprints({ findings }: JudgedTarget, category: string): (judged: JudgedFinding) => string {
  const alike = Map.groupBy(findings, ({ finding }) => lastingIdentity(finding));
  const places = new Map([...alike.values()].flatMap((group) => group.map((judged, at) => [judged, at + 1])));
  return (judged) => `${hash("sha256", `${category}\0${lastingIdentity(judged.finding)}`)}:${places.get(judged)}`;
}

/**
 * `libssl3 3.0.11 in ghcr.io/acme/app has CVE-2024-6119 (HIGH): title. Fixed in 3.0.15. In usr/lib/x; layer 3 RUN ….`
 * The image is in the first sentence, because code scanning shows only that one if there is little room.
 */
function messageOf(finding: Finding, target: string, rule: string, advice: FixAdvice): string {
  const subject = joined(" in ", [packageWords(finding), target]);
  return `${subject} has ${rule}${rule.endsWith(".") ? "" : "."}${sentence(fixWords(finding, advice))}${sentence(placeWords(finding))}`;
}

function sentence(words: string): string {
  return words === "" ? "" : ` ${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function locationOf({ path }: Finding, { file, line }: RepositoryPlace) {
  return {
    physicalLocation: {
      artifactLocation: { uri: encodedPath(file), uriBaseId: "%SRCROOT%" },
      region: { startLine: line },
    },
    logicalLocations:
      path === undefined ? undefined : [{ fullyQualifiedName: shown(path, LONGEST_PATH), kind: "resource" }],
  };
}

/** A relative reference (RFC 3986). Its first segment must not look like a scheme; percent-encoding prevents that. */
function encodedPath(file: string): string {
  return file.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

function propertiesOf(judged: JudgedFinding) {
  const { package: about, fixedVersions, line, layer } = judged.finding;
  const fixes = fixedVersions.slice(0, MOST_VERSIONS).map((each) => shown(each));
  return {
    status: statusOf(judged),
    package: about && shown(about.name),
    installedVersion: about && shown(about.version),
    fixedVersions: fixes.length === 0 ? undefined : fixes,
    line,
    // Without the layer's instruction, which is in the message.
    layer: layer && visible(layer.diffId),
  };
}

function shown(text: string, most = LONGEST_NAME): string {
  return visible(shorten(text, most, "middle"));
}

function suppressionsOf(judged: JudgedFinding) {
  if (judged.outcome === "open") return [];
  const why = judged.outcome === "accepted" ? acceptance(judged) : whyExempted(judged);
  return [{ kind: "external", status: "accepted", justification: shorten(why, LONGEST_REASON) }];
}

/** The reason, its owner, and its last day. */
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
