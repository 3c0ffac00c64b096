import { hash } from "node:crypto";
import type { Finding } from "../../domain/finding.ts";
import { jsonPieces } from "../../domain/json/pieces.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import { identityOf } from "../../domain/same/names.ts";
import type { Target } from "../../domain/target.ts";
import type { FailedTarget, JudgedTarget } from "../../domain/verdict.ts";
import { type CodeScanningFacts, type RepositoryPlace, uniqueTexts } from "../report-format.ts";
import { joined } from "../shared/phrases.ts";
import { plain, shorten, visible } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import type { View } from "../view.ts";

/** GitLab shows a description on one line of the merge request. */
const LONGEST_DESCRIPTION = 400;
const LONGEST_PATH = 1_000;

/** One entry, as in the Code Climate specification. GitLab reads no further entry after one without its four fields. */
interface Entry {
  readonly description: string;
  readonly checkName: string;
  /** The text by which the entry is recognised in the next build. */
  readonly identity: string;
  readonly severity: string;
  readonly place: RepositoryPlace;
}

/**
 * The open findings as GitLab's code-quality report, which merge requests show on every tier: GitLab compares it with
 * the target branch's by fingerprint. A target in `error` is its own entry, so that its findings do not look
 * resolved.
 */
export function renderCodeQuality({ verdict }: View, facts: CodeScanningFacts): Iterable<string> {
  // GitLab shows entries with one fingerprint as a single one.
  const unique = uniqueTexts("\0");
  const entries = verdict.targets.values().flatMap((target) => {
    const scope = facts.categories.get(target.target) ?? target.target.label;
    return target.answer === "error" ? [errorEntry(target, scope, facts)] : entriesOf(target, scope, facts);
  });
  return jsonPieces(
    entries.map((entry) => shown(entry, hash("sha256", unique(entry.identity)))),
    1,
  );
}

function entriesOf(target: JudgedTarget, scope: string, facts: CodeScanningFacts): Entry[] {
  const adviceOn = fixAdvisor();
  return target.findings
    .filter(({ outcome }) => outcome === "open")
    .map(({ finding }) => ({
      description: `${describe(finding, adviceOn(finding))} [${target.target.label}]`,
      checkName: finding.id,
      identity: `${scope}\0${identityOf(finding)}`,
      severity: SEVERITY_STYLES[finding.severity].codeQuality,
      place: placeIn(target.target, finding, facts),
    }));
}

/** `HIGH CVE-2024-6119 in libssl3 3.0.11: possible denial of service (fixed in 3.0.15)`. */
function describe({ severity, id, package: about, title }: Finding, { to }: FixAdvice): string {
  const fix = to === undefined ? "" : ` (fixed in ${shorten(to[0], 60)})`;
  const where = about === undefined ? "" : ` in ${joined(" ", [about.name, about.version])}`;
  const what = title === "" || title === id ? "" : `: ${shorten(title, 160)}`;
  return `${severity} ${id}${where}${what}${fix}`;
}

/** The repository's file that brings the finding into the image; otherwise the path in the image. */
function placeIn(target: Target, finding: Finding, facts: CodeScanningFacts): RepositoryPlace {
  const { layer, path, line = 1 } = finding;
  const isInImage = target.kind !== "path" && target.kind !== "repository";
  if (isInImage && layer?.source === undefined && path) return { file: path, line };
  return facts.placeOf(target, finding);
}

function errorEntry({ target, error }: FailedTarget, scope: string, facts: CodeScanningFacts): Entry {
  const { code, what } = error;
  return {
    description: `${target.label} could not be judged: [${code}] ${what}`,
    checkName: code,
    identity: `${scope}\0error\0${code}`,
    severity: "blocker",
    place: facts.placeOf(target, {}),
  };
}

/** The merge request takes `%{strong_start}` for bold, and leaves out other words of that form (`generateText`). */
function withoutStyle(text: string): string {
  return text.replaceAll("%{", "%\\u{7B}");
}

function shown({ description, checkName, severity, place }: Entry, fingerprint: string) {
  return {
    engine_name: "image-gate",
    type: "issue",
    check_name: visible(shorten(checkName, 200)),
    description: withoutStyle(plain(shorten(description, LONGEST_DESCRIPTION))),
    categories: ["Security"],
    severity,
    fingerprint,
    location: { path: visible(shorten(place.file, LONGEST_PATH, "middle")), lines: { begin: place.line } },
  };
}
