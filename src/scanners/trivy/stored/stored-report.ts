import type { ListedPackage, PackageList } from "../../../domain/packages/package-list.ts";
import { type LookedUp, type Row, refOf } from "../match/look-up.ts";
import { packagesOf } from "../report/packages.ts";
import { type Facts, Incompatible } from "./stored-sbom.ts";

/** The packages that Trivy looks up in the image. It does not match those of other repositories. */
export function listIn({ report }: Facts): PackageList {
  const packages = report.Results.flatMap((result) =>
    packagesOf([result]).flatMap((each, index): ListedPackage[] =>
      each.thirdParty ? [] : [{ ...each, ref: refOf(result.Packages[index]?.Identifier) }],
    ),
  );
  const { OS: os } = (report.Metadata ?? {}) as { OS?: { Family?: string; Name?: string } };
  const { Family: family, Name: name = "" } = os ?? {};
  return { packages, ...(family !== undefined && { system: { family, name, endOfLife: false } }) };
}

/**
 * Puts what Trivy found in the list into the report of the image. So everything except the vulnerabilities themselves
 * is as the image's scan had it: packages, paths, layers.
 * @throws Incompatible unless Trivy has read every package, and each as in the image
 */
export function withFindings({ report }: Facts, { rows, report: now = {} }: LookedUp): Row {
  const { Results: results, ...head } = report;
  const found = (each: Row): Row[] => {
    const { Repository: repository } = each as { Repository?: { Class?: unknown } };
    if (repository?.Class === "third-party") return [];
    const own = rows.get(refOf(each.Identifier));
    if (own === undefined)
      throw new Incompatible(`Trivy does not read its package ${String(each.Name)} as in the image`);
    return own.map((row) => asInImage(row, each));
  };
  return {
    ...headOf(head, now),
    Results: results.map((result) => ({ ...result, Vulnerabilities: result.Packages.flatMap(found) })),
  };
}

/** The finding's row with the package's place and name as the image's scan has them. */
function asInImage(found: Row, { ID, Name, Identifier: identifier, FilePath: path, Layer: layer }: Row): Row {
  const { PURL } = (identifier ?? {}) as Row;
  return { ...found, PkgID: ID, PkgName: Name, PkgPath: path, PkgIdentifier: { PURL }, Layer: layer };
}

/** The image's own, with this scan's time and Trivy, and whether the system is past its end of life by now. */
function headOf(stored: Row, { CreatedAt, Trivy, Metadata: metadata }: Row): Row {
  const [own, now] = [stored.Metadata, metadata].map((each) => (each as { OS?: Row } | undefined)?.OS);
  // A list without a system may have been in the document of one that has it.
  if (own !== undefined && (own.Family !== now?.Family || own.Name !== now?.Name))
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
