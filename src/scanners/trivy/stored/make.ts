import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { listIn } from "../../../domain/json/is-object.ts";
import type { ScanResult, Target } from "../../../domain/target.ts";
import { asGateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { Row } from "../match/look-up.ts";
import { convertReport } from "../process/convert.ts";
import { accountedIn, type ScanFacts } from "../report/coverage-facts.ts";
import { outerArchive } from "../report/owning-package.ts";
import { packagesReport } from "../report/packages.ts";
import { type StoredSettings, scanStored } from "./index.ts";
import { type Facts, factsOf, Incompatible, pack } from "./stored-sbom.ts";

/** A finished scan of an image in a registry. */
export interface EndedImageScan {
  readonly target: Target;
  /** The scanned digest, of an index or a manifest. */
  readonly digest: string;
  /** Trivy's report, parsed. */
  readonly report: Row;
  readonly result: ScanResult;
  readonly scanFacts: ScanFacts;
}

/**
 * Makes an SBOM of a scanned image, from which a later scan finds the same without the image. The SBOM is scanned once
 * to prove that.
 * @returns the packed SBOM, or the reason why there is none, as a clause
 * @throws GateError `run-cancelled`
 */
export async function makeStored(
  scan: EndedImageScan,
  settings: StoredSettings,
  world: World,
): Promise<Buffer | { readonly why: string }> {
  const folder = privateFolder(world, "stored");
  using _ = removedAtEnd(folder);
  try {
    const own = reportWithRefs(scan);
    requireMatchable(own, scan);
    const [input, output] = [join(folder, "packages.json"), join(folder, "sbom.json")];
    mkdirSync(folder, { recursive: true });
    writeFileSync(input, JSON.stringify(own));
    await convertReport({ trivy: settings.trivy, format: "cyclonedx", packages: input, output }, world);
    const packed = pack(readFileSync(output, "utf8"), { ...factsFor(scan, settings), report: own });
    const { target, digest } = scan;
    const [again] = await scanStored([{ target, sbom: { packed, digest } }], settings, world);
    if (again === undefined || "incompatible" in again) return { why: again?.incompatible ?? "it was left out" };
    requireSame(scan.result, again);
    return packed;
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    return { why: thrown instanceof Incompatible ? thrown.message : asGateError(thrown).what };
  }
}

function factsFor(
  { digest, result, scanFacts }: EndedImageScan,
  { version: scannerVersion, skipDirs, skipFiles }: StoredSettings,
): Omit<Facts, "version" | "report"> {
  const { unread, unreadMore, understood, repositories, otherWarnings } = scanFacts.log;
  return {
    digest,
    ...factsOf(result),
    scannerVersion,
    leftOut: { "skip-dirs": [...skipDirs], "skip-files": [...skipFiles] },
    heard: {
      unread: [...unread],
      unreadMore,
      understood,
      repositories: [...repositories],
      otherWarnings: [...otherWarnings],
      baseLayers: scanFacts.baseLayers,
      accounted: structuredClone(accountedIn(scanFacts)) as Facts["heard"]["accounted"],
    },
  };
}

/** Trivy keeps the reference of a package when it converts its report, and repeats it in each finding. */
function reportWithRefs({ report: scanned, target }: EndedImageScan): Facts["report"] {
  const report = JSON.parse(packagesReport(scanned, target, placesIn(scanned))) as Facts["report"];
  const Results = report.Results.map((result, at) => ({
    ...result,
    Packages: result.Packages.map((each, index) => ({
      ...each,
      Identifier: { ...(each.Identifier as Row | undefined), BOMRef: `${at}-${index}` },
    })),
  }));
  return { ...report, Results };
}

/**
 * The files that contain packages. A system package's file may be named as a finding's place. Its other files are most
 * of a report, and are not needed.
 */
function placesIn({ Results: results }: Row): ReadonlySet<string> {
  const lists = listIn(results) as Row[];
  const named = lists.flatMap(({ Target: place, Packages: rows }) => [
    place,
    ...(listIn(rows) as Row[]).map(({ FilePath: path }) => path),
  ]);
  const paths = named.flatMap((each) => (typeof each === "string" ? [each.replace(/^\/+/, "")] : []));
  return new Set(paths.flatMap((each) => [each, outerArchive(each) ?? each]));
}

/** @throws Incompatible if packages are matched by data that an SBOM cannot have */
function requireMatchable({ Results: results }: Facts["report"], { result, scanFacts, report }: EndedImageScan): void {
  const { os } = result.artifact;
  const release = /^\d+\.\d+/.exec(os?.name ?? "")?.[0];
  const others = scanFacts.log.repositories.filter((each) => each !== release);
  if (others.length > 0) throw new Incompatible(`its packages are matched by their repository, ${others.join(", ")}`);
  if (results.some(({ Packages: packages }) => packages.some((each) => each.BuildInfo !== undefined)))
    throw new Incompatible("its packages are matched by their Red Hat product");
  const metadata = report.Metadata as { OS?: { extended?: unknown; Supplier?: unknown } } | undefined;
  if (metadata?.OS?.Supplier !== undefined)
    throw new Incompatible("its packages are matched with another supplier's advisories, which no SBOM can show");
  if (metadata?.OS?.extended === true)
    throw new Incompatible("its system has extended support, which no SBOM can show");
}

/** @throws Incompatible unless a scan of the SBOM has the same result as the image's scan */
function requireSame(image: ScanResult, sbom: ScanResult): void {
  const plain = ({ packages, layers, findings, suppressed, coverage, artifact, build }: ScanResult) =>
    JSON.parse(JSON.stringify({ packages, layers, findings, suppressed, coverage, artifact, build })) as Row;
  const [one, other] = [plain(image), plain(sbom)];
  for (const key of Object.keys(one))
    if (!isDeepStrictEqual(withoutOrder(key, one[key]), withoutOrder(key, other[key])))
      throw new Incompatible(`its scan differs from the image's in ${key}`);
}

/** Trivy sorts findings by fields that differ here. They are sorted again before they are shown. */
function withoutOrder(key: string, value: unknown): unknown {
  if (key === "findings") return (value as unknown[]).map((each) => JSON.stringify(each)).sort();
  // A package's list of files is stored only as far as it matters.
  if (key === "packages") return (value as Row[]).map(({ installedFiles: _files, ...rest }) => rest);
  return value;
}
