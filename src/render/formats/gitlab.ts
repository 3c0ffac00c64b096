import type { Finding } from "../../domain/finding.ts";
import { isNamedAsFile } from "../../domain/image/reference.ts";
import { jsonPieces } from "../../domain/json/pieces.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import { identityOf } from "../../domain/same/names.ts";
import { severityName } from "../../domain/severity.ts";
import type { Target } from "../../domain/target.ts";
import {
  type JudgedFinding,
  type JudgedTarget,
  judgedAmong,
  type Outcome,
  type TargetVerdict,
} from "../../domain/verdict.ts";
import { markdown, markdownLine } from "../print/markdown.ts";
import { type ReportFacts, uniqueTexts, uuidOf } from "../report-format.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { shortInstruction } from "../shared/location.ts";
import { counted, joined } from "../shared/phrases.ts";
import { shorten, visible } from "../shared/safe-text.ts";
import { gapNotes } from "../story/coverage.ts";
import { code, type Inline, join, name as nameWords, para, prose, say } from "../tree.ts";
import type { View } from "../view.ts";

/**
 * The version of GitLab's security-report-schemas that this report follows. A server that knows a later patch of 15.2
 * takes it, too. A server without any 15.2 does not.
 */
const SCHEMA_VERSION = "15.2.1";
/** The schema's own limit, in characters. A text has at least as many UTF-16 units. */
const LONGEST_NAME = 255;
/** The schema allows 1,048,576, which is too much to read. */
const LONGEST_DESCRIPTION = 10_000;

interface Message {
  readonly level: "info" | "warn" | "fatal";
  readonly value: string;
}

/**
 * GitLab's container-scanning report: the open vulnerabilities of all targets. GitLab has no place for accepted and
 * uncounted ones, and it has other report types for findings that are not vulnerabilities. The scan's messages have the
 * number of omitted findings, and the targets that ended in `error`.
 */
export function renderGitlab(view: View, facts: ReportFacts): Iterable<string> {
  const vulnerabilities = vulnerabilitiesOf(view.verdict.targets);
  return jsonPieces({ version: SCHEMA_VERSION, scan: scanOf(view, facts), vulnerabilities, remediations: [] }, 1);
}

function* vulnerabilitiesOf(targets: readonly TargetVerdict[]) {
  // Unlike GitLab's own tracking, an id must be different for all findings of the file.
  const unique = uniqueTexts("\0");
  const adviceOn = fixAdvisor();
  for (const judged of judgedAmong(targets)) {
    const place = placeOf(judged);
    const { kind, input, platform = "" } = judged.target;
    for (const { finding } of judged.findings.filter(isReported)) {
      const id = uuidOf(unique([kind, input, platform, identityOf(finding)].join("\0")));
      yield vulnerability(finding, id, place, adviceOn(finding));
    }
  }
}

function isReported({ outcome, finding }: JudgedFinding): boolean {
  return outcome === "open" && finding.kind === "vulnerability";
}

/** Why a target could not be judged, or its accepted gaps. */
function messagesOf(target: TargetVerdict): Message[] {
  const { label } = target.target;
  if (target.answer !== "error")
    return gapNotes(target).map(({ words }) => ({ level: "warn", value: visible(`${label}: ${words}`) }));
  const { code: id, what, remedy } = target.error;
  return [{ level: "fatal", value: visible(`${label}: [${id}] ${what}. ${remedy}`) }];
}

function scanOf({ verdict, now }: View, { tool, endedAt }: ReportFacts) {
  const { targets } = verdict;
  const messages = [...targets.flatMap(messagesOf), ...leftOut(targets)];
  return {
    analyzer: {
      id: "image-gate",
      name: tool.name,
      url: tool.url,
      version: tool.version,
      vendor: { name: tool.name },
    },
    scanner: scannerOf(targets),
    type: "container_scanning",
    start_time: time(now),
    end_time: time(endedAt),
    status: targets.some(({ answer }) => answer === "error") ? "failure" : "success",
    messages: messages.length === 0 ? undefined : messages,
  };
}

/** A time in UTC, without a zone: the schema does not allow one. */
function time(when: Date): string {
  return when.toISOString().slice(0, 19);
}

function scannerOf(targets: readonly TargetVerdict[]) {
  const { scanner = "", scannerVersion = "" } = judgedAmong(targets)[0]?.scan.provenance ?? {};
  // The report's name for its scanner, which a stranger may have written. Of several scanners, all are named.
  const name = scanner === "" ? "Trivy" : /^[a-z][\w .,()/-]{0,99}$/i.test(scanner) ? scanner : "Another scanner";
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  // The vendor of any other scanner is not known here.
  const vendor = { name: name === "Trivy" ? "Aqua Security" : name };
  return { id, name, version: visible(scannerVersion) || "unknown", vendor };
}

/** Counts the findings that this report has no place for, so that they do not seem gone. */
function leftOut(targets: readonly TargetVerdict[]): Message[] {
  const findings = judgedAmong(targets).flatMap((target) => target.findings);
  const count = (wanted: Outcome, isVulnerability: boolean) =>
    findings.filter(({ outcome, finding: { kind } }) => {
      return outcome === wanted && (kind === "vulnerability") === isVulnerability;
    }).length;
  const [others, accepted, notCounted] = [count("open", false), count("accepted", true), count("not-counted", true)];
  const messages: Message[] = [];
  if (others > 0)
    messages.push({
      level: "warn",
      value: `Not in this report, which is about vulnerabilities: ${counted(others, "other finding")}.`,
    });
  if (accepted + notCounted > 0)
    messages.push({ level: "info", value: `Left out: ${accepted} accepted, ${notCounted} not counted.` });
  return messages;
}

/** Image and operating system. Neither may be empty: an unknown one is `Unknown`, as in Trivy's own template. */
function placeOf({ target, scan }: JudgedTarget) {
  const { os } = scan.artifact;
  const system = os === undefined ? "" : visible(`${os.family} ${os.name}`.trim());
  return { operating_system: system || "Unknown", image: visible(imageOf(target)) || "Unknown" };
}

/** GitLab reads the text before the tag as the image's name, so a reference without a tag gets one. */
function imageOf({ kind, as, input, label }: Target): string {
  const isFile = kind !== "image" || isNamedAsFile(input);
  // The name that an image gives itself does not count: GitLab treats findings on two images with one name as the same.
  if (isFile && as === undefined) return label;
  const reference = as ?? input;
  return /:\w[\w.-]*$/.test(reference) || reference.includes("@") ? reference : `${reference}:latest`;
}

function vulnerability(finding: Finding, id: string, place: ReturnType<typeof placeOf>, advice: FixAdvice) {
  const { severity, package: about } = finding;
  const url = advisoryUrl(finding.id, finding.url);
  return {
    id,
    name: nameOf(finding),
    description: descriptionOf(finding),
    // `Critical`
    severity: severity.charAt(0) + severityName(severity).slice(1),
    solution: solutionOf(finding, advice) || undefined,
    identifiers: [identifierOf(finding.id, url)],
    links: url && [{ url }],
    details: detailsOf(finding),
    location: {
      dependency: { package: { name: bounded(about?.name) }, version: bounded(about?.version) },
      ...place,
    },
  };
}

/** Shortens a text for which the schema has no limit. */
function bounded(text = ""): string {
  return visible(shorten(text, LONGEST_DESCRIPTION, "middle"));
}

function nameOf({ id, title }: Finding): string {
  const name = visible(joined(": ", [id, title]));
  return shorten(name, LONGEST_NAME) || "An advisory without a name";
}

/**
 * GitLab reads its own Markdown here and in the solution (`description_html` and `solution_html` of its GraphQL API).
 * Some of its pages still show plain text, in which backticks around names and versions are easier to read than
 * backslashes.
 */
function descriptionOf({ title, description, package: about, path }: Finding): string {
  const subject = about === undefined ? "" : join(" ", [nameWords(about.name), versionWords(about.version)]);
  const found = about === undefined ? "" : say`Found: ${subject}${path === undefined ? "" : say` in ${code(path)}`}`;
  return markdown(para(prose(description || title, LONGEST_DESCRIPTION)), para(found));
}

function versionWords(untrusted: string): Inline {
  return untrusted === "" ? "" : code(untrusted, 60);
}

/** Maximum number of versions in a solution. The schema allows 7,000 characters: even hostile versions stay below. */
const MOST_VERSIONS = 5;

function solutionOf({ package: about }: Finding, { to }: FixAdvice): string {
  const versions = (to ?? []).slice(0, MOST_VERSIONS).map(versionWords);
  if (to === undefined || about === undefined) return "";
  const some = [versions.length > 1 ? "one of " : "", join(", ", [...versions, to.length > MOST_VERSIONS ? "…" : ""])];
  return markdownLine(say`Upgrade ${nameWords(about.name)} to ${some}`);
}

/** The type is the prefix of the id, as in GitLab's own analysers: `cve`, `ghsa`, `dsa`, …. */
function identifierOf(id: string, url: string | undefined) {
  const known = shorten(visible(id), LONGEST_NAME) || "unknown";
  const type = /^([A-Za-z]{2,10})-/.exec(id)?.[1]?.toLowerCase() ?? "other";
  return { type, name: known, value: known, url };
}

/** Details that the location has no field for. */
function detailsOf({ path, layer }: Finding) {
  const field = (name: string, value: string) => ({ type: "text", name, value: visible(value) });
  const instruction = layer?.instruction;
  return {
    path: path === undefined ? undefined : field("Path", path),
    layer: instruction === undefined ? undefined : field("Layer", shortInstruction(instruction, 500)),
  };
}
