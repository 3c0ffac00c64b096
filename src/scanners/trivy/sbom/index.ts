import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { addTo } from "../../../domain/collections.ts";
import type { ListedPackages, UnreadPackages } from "../../../domain/coverage/listed-gaps.ts";
import { JsonFault } from "../../../domain/json/parse-strict.ts";
import { type Purl, parsePurl, plainPurl } from "../../../domain/purl.ts";
import type { Target } from "../../../domain/target.ts";
import { isMatched, isNamed, isOfSystem } from "../../../sboms/purls.ts";
import { readSbom } from "../../../sboms/read.ts";
import { MOST_EXAMPLES, type Sbom } from "../../../sboms/sbom.ts";
import { GateError } from "../../../system/errors.ts";
import { writePieces } from "../../../system/given-files.ts";
import { libraryOf } from "../database/libraries.ts";
import type { LogFacts } from "../process/log-facts.ts";
import type { Compared, SbomFacts } from "../report/coverage-facts.ts";
import type { ReportPackage } from "../report/packages.ts";

/** A larger SBOM is not read a second time: its text would take this much memory, and its values as much again. */
const MOST_BYTES = 128 * 1024 * 1024;

/** An SBOM that is ready to be scanned. */
export interface ReadySbom {
  /** Absolute path of Trivy's input: the given file, or a copy. */
  readonly location: string;
  readonly notes: readonly string[];
  scanFacts(log: LogFacts): SbomFacts;
}

/**
 * Reads an SBOM, and writes a copy for Trivy if Trivy would not read all of the given one.
 * @param path absolute
 * @param folder for the copy: private, and removed after the scan
 * @throws GateError `sbom-ambiguous`
 */
export function readySbom(target: Target, path: string, folder: string): ReadySbom {
  if (statSync(path).size > MOST_BYTES) return unready(path, `it has more than ${MOST_BYTES / 1024 / 1024} MiB`);
  const sbom = readAs(target, readFileSync(path));
  if (typeof sbom === "string") return unready(path, `it ${sbom}`);
  const scanFacts = (log: LogFacts): SbomFacts => ({
    isImage: sbom.isImage,
    systems: sbom.systems,
    listed: (packages, asked) => unreadIn(sbom, packages, { ...asked, log }),
  });
  if (sbom.copy === undefined) return { location: path, notes: [], scanFacts };
  const location = join(folder, "sbom.json");
  writePieces(location, sbom.copy.pieces, { flags: "wx" });
  const note = `Trivy read a copy of the SBOM: ${sbom.copy.changes.join("; ")}.`;
  return { location, notes: [note], scanFacts };
}

/** The SBOM, or a clause that says why it cannot be read. Trivy may still read it, or a part of it. */
function readAs({ label }: Target, bytes: Buffer): Sbom | string {
  try {
    return readSbom(bytes);
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    if (fault.kind !== "ambiguous") return fault.message;
    throw new GateError(
      "sbom-ambiguous",
      `${label} can be read in two ways: it ${fault.message}`,
      "Make the SBOM again, with a tool that writes each key once, in its format's spelling.",
    );
  }
}

function unready(location: string, unknown: string): ReadySbom {
  const scanFacts = (): SbomFacts => ({ isImage: false, systems: [], listed: () => ({ unknown }) });
  return { location, notes: [], scanFacts };
}

type ScanFacts = Pick<LogFacts, "unsupportedTypes" | "skippedPackages">;

/**
 * Compares an SBOM's packages with the packages that Trivy found in it. A package was read if Trivy has one with the
 * same package URL, looks it up by that name, and matches it with advisories for its kind.
 */
export function unreadIn(
  { purls, nameless }: Pick<Sbom, "purls" | "nameless">,
  packages: readonly ReportPackage[],
  { log, isMatched: needsVersion, withSystem }: Compared & { readonly log: ScanFacts },
): ListedPackages {
  const unsupported = new Set(log.unsupportedTypes);
  const found = Map.groupBy(packages, ({ purl = "" }) => {
    const parsed = parsePurl(purl);
    return parsed && plainPurl(parsed);
  });
  // Packages that are named for another system have a separate gap.
  let skipped = log.skippedPackages;
  const unread = new Map<string, string[]>();
  const unmatched = new Map<string, string[]>();
  for (const [text, purl] of purls) {
    if (purl === undefined) {
      addTo(unread, "its package URL is not valid", text);
      continue;
    }
    const same = found.get(plainPurl(purl)) ?? [];
    if (same.length === 0 && !isMatched(purl)) addTo(unmatched, `pkg:${purl.type}`, text);
    else if (isOfSystem(purl) && same.length === 0 && skipped > 0) skipped -= 1;
    else if (withSystem || !isOfSystem(purl)) {
      const why = (needsVersion ? whyIncomparable(purl) : undefined) ?? whyUnread(purl, same, unsupported);
      if (why !== undefined) addTo(unread, why, text);
    }
  }
  const sourceless = sourcelessIn(packages, needsVersion);
  return { unread: grouped(unread), unmatched: grouped(unmatched), nameless, read: packages.length, sourceless };
}

/** Libraries of Debian's and Alpine's kind whose name has the ABI's number, which their source package lacks. */
const BUILT_LIBRARY = /^pkg:(?:deb|apk)\/.*\/lib[^/@]*\d@/;
/** Libraries of that kind whose source package has the very same name. */
const OWN_SOURCE = /\/lib(?:gcrypt20|git2|idn2|nl3|ssh2|tasn1(?:-6)?|xml2)@/;

/**
 * If a document names no source package, Trivy takes each package for its source, and finds no advisory.
 * A tool that names them does so for some package of a system that has any library.
 */
function sourcelessIn(packages: readonly ReportPackage[], isMatched: boolean): ListedPackages["sourceless"] {
  if (!isMatched) return undefined;
  const ofSystem = packages.filter(({ system }) => system === true);
  if (ofSystem.some(({ name, source }) => source !== undefined && source.name !== name)) return undefined;
  const libraries = ofSystem.flatMap(({ purl = "" }) =>
    BUILT_LIBRARY.test(purl) && !OWN_SOURCE.test(purl) ? [purl] : [],
  );
  return libraries.length === 0 ? undefined : { count: libraries.length, examples: libraries.slice(0, MOST_EXAMPLES) };
}

/**
 * `[2.0,2.15)`, `>=3`, `${log4j.version}`: Maven's order accepts any text as a version, and treats these as newer than
 * all others.
 */
const NO_VERSION = /[\s[\](){}$,<>=^*|]|^(?:latest|release)$/i;

function whyIncomparable(purl: Purl): string | undefined {
  if (purl.version === undefined) return "it has no version";
  if (purl.type === "maven" && /^v\d/i.test(purl.version) && !BY_TAG.test(purl.namespace ?? ""))
    return "its version starts with a letter, which makes it another version in Maven's order";
  return !isOfSystem(purl) && NO_VERSION.test(purl.version) ? "its version is a range or a placeholder" : undefined;
}

/** Groups of libraries that are built from a repository's tags (JitPack): a `v` is a part of their versions. */
const BY_TAG = /^(?:com\.(?:github|gitlab|gitee)|org\.bitbucket)\./;

/** Undefined: it was read. */
function whyUnread(purl: Purl, same: readonly ReportPackage[], unsupported: ReadonlySet<string>): string | undefined {
  if (same.length === 0) return "the scanner left it out";
  const named = same.filter(({ name }) => isNamed(purl, name));
  if (named.length === 0) return "the scanner read it as a package of another name";
  if (purl.type === "maven" && !named.some(({ name }) => name.includes(":"))) return "its package URL names no group";
  return named.some((each) => isOfKind(purl, each, unsupported))
    ? undefined
    : "the scanner read it as a package of another kind";
}

/**
 * A document may assign a package to a system or to a file of any type, and Trivy then uses that one's advisories. An
 * unknown type may be a new one.
 */
function isOfKind(purl: Purl, { system, type }: ReportPackage, unsupported: ReadonlySet<string>): boolean {
  if (isOfSystem(purl)) return system === true;
  if (system === true) return false;
  const kind = libraryOf(type)?.purl ?? (isMatched({ type }) ? type : undefined);
  return kind === undefined ? !unsupported.has(type) : kind === purl.type;
}

/** @param texts package URLs by a reason */
function grouped(texts: ReadonlyMap<string, readonly string[]>): UnreadPackages[] {
  return [...texts].map(([why, all]) => ({ why, count: all.length, examples: all.slice(0, MOST_EXAMPLES) }));
}
