import { hash } from "node:crypto";
import type { Finding } from "../domain/finding.ts";
import { rebuildIdentity } from "../domain/identity.ts";
import { lastingIdentity } from "../domain/lasting-identity.ts";
import { remembering } from "../domain/remembering.ts";
import type { JudgedFinding, JudgedTarget } from "../domain/verdict.ts";
import { plain, shorten, visible } from "./plain.ts";
import { LEVEL, placeWords, type Rule } from "./sarif-rules.ts";
import { fixWords, packageWords, sarifText } from "./sarif-text.ts";
import { statusOf, whyAccepted, whySpared } from "./status.ts";
import type { CodeScanningFacts } from "./tool-report.ts";
import { shortInstruction } from "./where.ts";

/** Longest message, in UTF-16 units; GitHub shows it in a line or two. */
const LONGEST_MESSAGE = 1000;
const LONGEST_REASON = 1000;

/**
 * `primaryLocationLineHash` of each finding: by it code scanning knows an alert again. It is made from the category, thus
 * from the image without tag and digest, and from the finding's identity, so that a rebuild keeps it and two images
 * never share one. Behind it stands which of several with one identity it is, counted over all findings of the target:
 * accepting one does not change the others'.
 */
function fingerprints({ findings }: JudgedTarget, category: string): (judged: JudgedFinding) => string {
  const numberOf = lastingIdentity();
  const identityOf = rebuildIdentity();
  const seen: number[] = [];
  const places = new Map<JudgedFinding, number>();
  for (const judged of findings) {
    const number = numberOf(judged.finding);
    const times = (seen[number] ?? 0) + 1;
    seen[number] = times;
    if (times > 1) places.set(judged, times);
  }
  return (judged) => `${hash("sha256", `${category}\0${identityOf(judged.finding)}`)}:${places.get(judged) ?? 1}`;
}

/** What a run's results have in common. */
interface RunContext {
  readonly target: JudgedTarget;
  readonly category: string;
  readonly facts: CodeScanningFacts;
  /** Some findings don't count: then SARIF wants every result to say whether it does. */
  readonly suppressing: boolean;
}

/** What makes the results of a run: each finding as SARIF's `result`, as JSON. */
export function resultsOf(context: RunContext) {
  const fingerprintOf = fingerprints(context.target, context.category);
  const uriOf = remembering(encodedPath);
  const instructionOf = remembering((instruction: string) => visible(shortInstruction(instruction, 200)));
  const { facts, target, suppressing } = context;

  function physicalLocation(finding: Finding) {
    const { file, line } = facts.placeOf(target.target, finding);
    return { artifactLocation: { uri: uriOf(file), uriBaseId: "%SRCROOT%" }, region: { startLine: line } };
  }

  return (judged: JudgedFinding, rule: Rule, ruleIndex: number): string => {
    const { finding } = judged;
    const { path, layer, package: about } = finding;
    return JSON.stringify({
      ruleId: rule.id,
      ruleIndex,
      level: LEVEL[finding.severity],
      message: { text: messageOf(judged) },
      locations: [
        {
          physicalLocation: physicalLocation(finding),
          ...(path !== undefined && {
            logicalLocations: [{ fullyQualifiedName: visible(shorten(path, 1000, "middle")), kind: "resource" }],
          }),
        },
      ],
      partialFingerprints: { primaryLocationLineHash: fingerprintOf(judged) },
      ...(suppressing && { suppressions: suppressionsOf(judged) }),
      properties: {
        status: statusOf(judged),
        package: about && visible(about.name),
        installedVersion: about && visible(about.version),
        fixedVersions: finding.fixedVersions.length === 0 ? undefined : finding.fixedVersions.map(visible),
        path: path && visible(path),
        line: finding.line,
        layer: layer?.diffId,
        instruction: layer?.instruction && instructionOf(layer.instruction),
      },
    });
  };
}

function messageOf({ finding }: JudgedFinding): string {
  const about = packageWords(finding);
  const title = finding.title === "" ? "" : `: ${sarifText(finding.title, 300)}`;
  const what = `${sarifText(finding.id, 150)} (${finding.severity})${title}`;
  const fix = fixWords(finding);
  const place = placeWords(finding);
  return shorten(
    [about === "" ? what : `${about} has ${what}`, ...[fix, place].filter((part) => part !== "").map(capital)]
      .map((sentence) => (sentence.endsWith(".") ? sentence : `${sentence}.`))
      .join(" "),
    LONGEST_MESSAGE,
  );
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** A relative reference (RFC 3986): its first segment must not look like a scheme, which percent-encoding sees to. */
function encodedPath(file: string): string {
  return file.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

function suppressionsOf(judged: JudgedFinding) {
  if (judged.outcome === "open") return [];
  const justification = shorten(judged.outcome === "accepted" ? acceptance(judged) : whySpared(judged), LONGEST_REASON);
  return [{ kind: "external", status: "accepted", justification }];
}

function acceptance(judged: JudgedFinding): string {
  const [exception] = judged.exceptions;
  const { vex } = judged;
  const more =
    exception === undefined
      ? [vex?.author === undefined ? "" : `author: ${plain(vex.author)}`, vex === undefined ? "" : plain(vex.document)]
      : [exception.owner === undefined ? "" : `owner: ${plain(exception.owner)}`, `until ${plain(exception.expires)}`];
  return [shorten(whyAccepted(judged), LONGEST_REASON - 300), ...more.filter((part) => part !== "")].join("; ");
}
