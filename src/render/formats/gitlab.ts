import type { Finding } from "../../domain/finding.ts";
import { isNamedAsFile } from "../../domain/image/reference.ts";
import { jsonPieces } from "../../domain/json/pieces.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import { identityOf } from "../../domain/same/names.ts";
import { severityName } from "../../domain/severity.ts";
import type { Target } from "../../domain/target.ts";
import type { JudgedFinding, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
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
 * takes it, too; one that knows no 15.2 does not.
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
 * uncounted ones, and it has other report types for findings that are not vulnerabilities. The scan's messages say how
 * many are left out, and what ended in `error`.
 */
export function renderGitlab(view: View, facts: ReportFacts): Iterable<string> {
  const vulnerabilities = vulnerabilitiesOf(view.verdict.targets);
  return jsonPieces({ version: SCHEMA_VERSION, scan: scanOf(view, facts), vulnerabilities, remediations: [] }, 1);
}

function* vulnerabilitiesOf(targets: readonly TargetVerdict[]) {
  const ids = uniqueIds();
  const adviceOn = fixAdvisor();
  for (const judged of targets) {
    if (judged.answer === "error") continue;
    const place = placeOf(judged);
    for (const { finding } of judged.findings.filter(isReported))
      yield vulnerability(finding, ids(judged.target, finding), place, adviceOn(finding));
  }
}

function isReported({ outcome, finding }: JudgedFinding): boolean {
  return outcome === "open" && finding.kind === "vulnerability";
}

/** What was not looked at and is accepted. A target in `error` says it in its error. */
function gapMessages(target: TargetVerdict): Message[] {
  if (target.answer === "error") return [];
  return gapNotes(target).map(({ words }) => ({ level: "warn", value: visible(`${target.target.label}: ${words}`) }));
}

function scanOf({ verdict, now }: View, { tool, endedAt }: ReportFacts) {
  const { targets } = verdict;
  const messages = [...targets.flatMap(errorMessages), ...targets.flatMap(gapMessages), ...leftOut(targets)];
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

const TRIVY = { id: "trivy", name: "Trivy", vendor: { name: "Aqua Security" } };

function scannerOf(targets: readonly TargetVerdict[]) {
  const scanned = targets.find((target): target is JudgedTarget => target.answer !== "error");
  const { scanner = "", scannerVersion = "" } = scanned?.scan.provenance ?? {};
  const version = visible(scannerVersion) || "unknown";
  // The word of a report, which a stranger may have written.
  const name = scanner === "" ? TRIVY.name : /^[a-z][\w .,()/-]{0,99}$/i.test(scanner) ? scanner : "Another scanner";
  if (name === TRIVY.name) return { id: TRIVY.id, name, version, vendor: TRIVY.vendor };
  // Of several scanners, all are named. Who made another one is not known here.
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return { id, name, version, vendor: { name } };
}

function errorMessages(target: TargetVerdict): Message[] {
  if (target.answer !== "error") return [];
  const { code: id, what, remedy } = target.error;
  return [{ level: "fatal", value: visible(`${target.target.label}: [${id}] ${what}. ${remedy}`) }];
}

/** Says what this report has no place for, so that it does not seem gone. */
function leftOut(targets: readonly TargetVerdict[]): Message[] {
  const findings = targets.flatMap((target) => (target.answer === "error" ? [] : target.findings));
  const vulnerabilities = findings.filter(({ finding }) => finding.kind === "vulnerability");
  const accepted = vulnerabilities.filter(({ outcome }) => outcome === "accepted").length;
  const notCounted = vulnerabilities.filter(({ outcome }) => outcome === "not-counted").length;
  const others = findings.filter(
    ({ finding, outcome }) => finding.kind !== "vulnerability" && outcome === "open",
  ).length;
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

/** Unlike GitLab's own tracking, an id must be different for all findings of the file. */
function uniqueIds(): (target: Target, finding: Finding) => string {
  const unique = uniqueTexts("\0");
  return ({ kind, input, platform = "" }, finding) =>
    uuidOf(unique([kind, input, platform, identityOf(finding)].join("\0")));
}

interface Place {
  readonly operating_system: string;
  readonly image: string;
}

/** Image and operating system. Neither may be empty: what is not known is `Unknown`, as in Trivy's own template. */
function placeOf({ target, scan }: JudgedTarget): Place {
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

function vulnerability(finding: Finding, id: string, place: Place, advice: FixAdvice) {
  const url = advisoryUrl(finding.id, finding.url);
  const about = finding.package;
  return {
    id,
    name: nameOf(finding),
    description: descriptionOf(finding),
    // `Critical`
    severity: finding.severity.charAt(0) + severityName(finding.severity).slice(1),
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

/** Most versions in a solution. The schema allows 7,000 characters; even hostile versions stay below that. */
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
