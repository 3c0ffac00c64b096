import { findingInPlainWords, inPlainWords } from "../domain/change/plain-words.ts";
import type { Finding } from "../domain/finding.ts";
import { repositoryName } from "../domain/image/reference.ts";
import { toScan } from "../domain/report/read.ts";
import type { InstalledPackage } from "../domain/target.ts";
import type { ReadDocument } from "./read-document.ts";

/** One subject of a document, as one side of a comparison. */
export interface Side {
  readonly label: string;
  /** The key that pairs it with the other document's side: the image without its tag, and the platform. */
  readonly key: string;
  /** The source of the package names and places. Sides with different sources are compared only by package URL. */
  readonly words: string;
  /** Absent: the document does not list them. */
  readonly packages?: readonly InstalledPackage[] | undefined;
  /** Absent: the document has none, like an SBOM. */
  readonly findings?: readonly Finding[] | undefined;
}

/** The subjects of a document, and those that could not be judged. */
export interface Sides {
  /** `report of Grype`. */
  readonly kind: string;
  readonly sides: readonly Side[];
  /** Labels of the targets that the report could not judge. */
  readonly unjudged: readonly string[];
}

/** @param file as typed */
export function sidesOf(document: ReadDocument, file: string): Sides {
  if (document.kind === "sbom") {
    const { format, subject, packages } = document;
    const label = subject || file;
    const plain = packages.map(inPlainWords);
    const side = { label, key: repositoryName(label), words: format, packages: plain };
    return { kind: `SBOM (${format})`, sides: [side], unjudged: [] };
  }
  if (document.kind === "scan") {
    const { scanner, scan, target } = document;
    const label = target.as ?? scan.artifact.claims?.at(-1) ?? target.label;
    const key = keyOf(label, scan.artifact.platform);
    const packages = scan.packages.length === 0 && scan.findings.length > 0 ? undefined : scan.packages;
    const side = { label, key, words: scanner, packages, findings: scan.findings };
    return { kind: `report of ${scanner}`, sides: [side], unjudged: [] };
  }
  const { report } = document;
  const sides = report.targets.flatMap(({ label, input, as, verdict, packages }, index): Side[] => {
    if (verdict === "error") return [];
    const { artifact, findings, provenance } = toScan(report, index).scan;
    return [{ label, key: keyOf(as ?? input, artifact.platform), words: provenance.scanner, packages, findings }];
  });
  const unjudged = report.targets.flatMap(({ label, verdict }) => (verdict === "error" ? [label] : []));
  return { kind: "report of Image Gate", sides, unjudged };
}

function keyOf(name: string, platform: string | undefined): string {
  return `${repositoryName(name)} ${platform ?? ""}`.trim();
}

/** Two sides in comparable form: unchanged, or by package URL without places. */
export function inSameWords(one: Side, other: Side): readonly [Side, Side, { readonly withoutPaths: boolean }] {
  if (one.words === other.words) return [one, other, { withoutPaths: false }];
  const plain = (side: Side): Side => ({
    ...side,
    packages: side.packages?.map(inPlainWords),
    findings: side.findings?.map(findingInPlainWords),
  });
  return [plain(one), plain(other), { withoutPaths: true }];
}
