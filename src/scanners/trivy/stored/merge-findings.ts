import type { ReportDocument } from "../report/document.ts";
import { packagesOf, type ReportPackage } from "../report/packages.ts";
import type { TrivyResult } from "../report/schema.ts";
import { type Facts, Incompatible } from "./stored-sbom.ts";

type Row = Readonly<Record<string, unknown>>;

/** All by which Trivy looks a package up and compares it. An SBOM has a version and its release in one. */
function matchedBy({ name, version, source, modularity }: ReportPackage): string {
  return JSON.stringify([name, version, source?.name, source?.version, modularity]);
}

/** A package as it was stored. */
interface Stored {
  readonly result: number;
  readonly row: Row;
  readonly matchedBy: string;
  readonly found: Row[];
  isSeen: boolean;
}

/**
 * Puts what Trivy found in an SBOM into the report of the image that the SBOM was made of. So everything except the
 * vulnerabilities themselves is as the image's scan had it: packages, paths, layers.
 * @throws Incompatible unless Trivy has read every package, and each as in the image
 */
export function mergeFindings(facts: Facts, scanned: ReportDocument): ReportDocument {
  const { Results: results, ...head } = facts.report;
  const packages = storedPackages(results);
  for (const result of scanned.results) readResult(result, results, packages);
  for (const { row, isSeen } of packages.values())
    if (!isSeen) throw new Incompatible(`Trivy does not read its package ${String(row.Name)}`);
  const rowsOf = Map.groupBy(packages.values(), ({ result }) => result);
  return {
    head: { ...headOf(head, scanned.head), Results: [] },
    results: results.map(({ Packages: rows, ...fields }, at) => ({
      fields,
      rows: new Map([
        ["Packages", rows],
        ["Vulnerabilities", (rowsOf.get(at) ?? []).flatMap(({ found }) => found)],
      ]),
    })),
  };
}

function storedPackages(results: Facts["report"]["Results"]): Map<string, Stored> {
  const packages = new Map<string, Stored>();
  for (const [result, { Packages: rows, ...fields }] of results.entries()) {
    const read = packagesOf([{ ...fields, rows: new Map([["Packages", rows]]) }]);
    for (const [index, row] of rows.entries()) {
      const own = read[index];
      if (own !== undefined)
        packages.set(refOf(row.Identifier), { result, row, matchedBy: matchedBy(own), found: [], isSeen: false });
    }
  }
  return packages;
}

function refOf(identifier: unknown): string {
  const ref = (identifier as { BOMRef?: unknown } | undefined)?.BOMRef;
  return typeof ref === "string" ? ref : "";
}

function readResult(
  { fields, rows }: ReportDocument["results"][number],
  stored: Facts["report"]["Results"],
  packages: ReadonlyMap<string, Stored>,
): void {
  const { Class: kind, Type: type } = fields as Row;
  const packageOf = (identifier: unknown) => {
    const found = packages.get(refOf(identifier));
    const own = found && stored[found.result];
    if (found === undefined || own?.Class !== kind || own?.Type !== type)
      throw new Incompatible("Trivy reads another package in it than it lists");
    return found;
  };
  const read = packagesOf([{ ...(fields as Omit<TrivyResult, "rows">), rows }]);
  for (const [index, row] of [...(rows.get("Packages") ?? [])].entries()) {
    const known = packageOf((row as Row).Identifier);
    const own = read[index];
    if (own === undefined || matchedBy(own) !== known.matchedBy)
      throw new Incompatible(`Trivy reads its package ${String(known.row.Name)} as another`);
    known.isSeen = true;
  }
  for (const row of rows.get("Vulnerabilities") ?? []) {
    const known = packageOf((row as Row).PkgIdentifier);
    const { Repository: repository } = known.row as { Repository?: { Class?: unknown } };
    // In an image, Trivy does not match these. It cannot tell them from the others in an SBOM.
    if (repository?.Class === "third-party") continue;
    known.found.push(asInImage(row as Row, known.row));
  }
}

/** The finding's row with the package's place and name as the image's scan has them. */
function asInImage(found: Row, { Identifier: identifier, FilePath: path, Layer: layer }: Row): Row {
  const { PURL } = (identifier ?? {}) as Row;
  return { ...found, PkgPath: path, PkgIdentifier: { PURL }, Layer: layer };
}

/** The image's own, with this scan's time and Trivy, and whether the system is past its end of life by now. */
function headOf(stored: Row, { CreatedAt, Trivy, Metadata: metadata }: Row): Row {
  const [own, now] = [stored.Metadata, metadata].map((each) => (each as { OS?: Row } | undefined)?.OS);
  if (own?.Family !== now?.Family || own?.Name !== now?.Name)
    throw new Incompatible("Trivy reads another operating system in it");
  const { EOSL: _then, ...os } = own ?? {};
  return {
    ...stored,
    CreatedAt,
    Trivy,
    Metadata: {
      ...(stored.Metadata as Row | undefined),
      ...(own && { OS: { ...os, ...(now?.EOSL === undefined ? {} : { EOSL: now.EOSL }) } }),
    },
  };
}
