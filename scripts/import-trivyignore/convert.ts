import { Document, isScalar, type Scalar, type YAMLMap } from "yaml";
import { addDays, isDay } from "../../src/domain/dates.ts";
import type { IgnoreEntry } from "./entry.ts";
import { readPlain } from "./plain.ts";
import { readStructured } from "./structured.ts";

const HEADER = [
  "Made from an ignore file of Trivy's by npm run import-trivyignore.",
  "Fill in every reason and last day that is empty: Image Gate refuses the file until then.",
  "expires is the last day on which an exception holds. A date of Trivy's ends at the start of its day,",
  "so the last day here is the day before it.",
];
const MAX_COMMENT = 300;

/**
 * The text of a policy file with an exception for each item of a `.trivyignore` or `.trivyignore.yaml` (told apart by
 * the extension, as Trivy does). Reasons and dates that the file does not have are left empty, for a person to fill in.
 * @throws IgnoreFileError where the file is not an ignore file.
 */
export function policyFromIgnoreFile(text: string, file: string): string {
  const entries = /\.ya?ml$/i.test(file) ? readStructured(text, file) : readPlain(text);
  const document = new Document<YAMLMap | Scalar>({ version: 1, exceptions: [] });
  document.commentBefore = comment(HEADER);
  const written = new Set<string>();
  let section: string | undefined;
  for (const exception of entries.flatMap(toExceptions)) {
    // Two that are equal in all but their notes would be a mistake of the policy.
    const identity = JSON.stringify([
      exception.id,
      exception.package,
      exception.paths,
      exception.reason,
      exception.expires,
    ]);
    if (written.has(identity)) continue;
    written.add(identity);
    const title = exception.section !== section && exception.section ? [`Trivy's ${exception.section}`] : [];
    section = exception.section;
    document.addIn(["exceptions"], toNode(document, exception, title));
  }
  return `${document.toString({ nullStr: "", lineWidth: 0 }).trimEnd()}\n`;
}

interface Draft {
  readonly section: string | undefined;
  readonly id: string | undefined;
  readonly package: string | undefined;
  readonly paths: readonly string[] | undefined;
  readonly reason: string | undefined;
  readonly expires: string | undefined;
  readonly comments: readonly string[];
}

function toExceptions(entry: IgnoreEntry): Draft[] {
  const comments = [...entry.comments];
  const id = presentId(entry.id, comments);
  const purls = entry.section === undefined || entry.section === "vulnerabilities" ? entry.purls : [];
  if (purls.length < entry.purls.length) comments.push("Trivy heeds purls for vulnerabilities alone: left out.");
  if (entry.paths.some((path) => /[[\]{}\\]/.test(path)))
    comments.push("Check paths: [ ] { } and \\ have a meaning for Trivy, but stand for themselves here.");
  const expires = lastDay(entry.expiredAt, comments);
  const draft = {
    section: entry.section,
    id,
    paths: entry.paths.length > 0 ? entry.paths : undefined,
    reason: entry.statement?.trim() || undefined,
    expires,
    comments,
  };
  return (purls.length > 0 ? purls : [undefined]).map((purl) => ({ ...draft, package: purl }));
}

/** From Trivy 0.69 on a check is `DS-0002`, no longer `AVD-DS-0002` or `DS002`. */
function presentId(id: string | undefined, comments: string[]): string | undefined {
  const [, prefix, number] = /^(?:AVD-([A-Z]{2,})-|(?:DS|KSV)(?=\d{3}$))(\d{3,4})$/.exec(id ?? "") ?? [];
  if (id === undefined || number === undefined) return id?.trim() || undefined;
  comments.push(`${id} in Trivy's file, by its former name.`);
  return `${prefix ?? id.slice(0, -number.length)}-${number.padStart(4, "0")}`;
}

function lastDay(expiredAt: string | undefined, comments: string[]): string | undefined {
  if (expiredAt === undefined || expiredAt.trim() === "") return undefined;
  if (isDay(expiredAt)) return addDays(expiredAt, -1);
  comments.push("The date in Trivy's file is not a plain day (YYYY-MM-DD).");
  return undefined;
}

function toNode(document: Document, draft: Draft, title: readonly string[]): YAMLMap {
  const { id, package: name, paths, reason, expires, comments } = draft;
  const node = document.createNode({
    id: id ?? null,
    ...(name !== undefined && { package: name }),
    ...(paths && { paths: [...paths] }),
    reason: reason ?? null,
    expires: expires ?? null,
  }) as YAMLMap;
  for (const key of ["id", "reason", "expires"]) {
    const value = node.get(key, true);
    if (isScalar(value) && value.value === null) value.comment = " fill in";
  }
  const lines = [...title, ...comments];
  if (lines.length > 0) node.commentBefore = comment(lines);
  return node;
}

/** Comments come from the file: nothing in them may end the line. */
function comment(lines: readonly string[]): string {
  return lines
    .map((line) => ` ${line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, MAX_COMMENT)}`.trimEnd())
    .join("\n");
}
