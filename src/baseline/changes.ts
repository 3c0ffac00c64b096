import { isObject, listIn } from "../domain/json/is-object.ts";
import { joined, listSome } from "../domain/list-some.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import { pair } from "../domain/same/pair.ts";
import type { ReportReader } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";
import { baselinesIn } from "./read-file.ts";
import type { StoredBaseline } from "./stored-baseline.ts";

/**
 * The changes of a pull request to a baseline that is a file of the repository. If only introduced findings count, any
 * other baseline may let more through: it may have more findings, or have lost the ones that its run did not let in. So
 * may one whose contents cannot be read. A run without a baseline counts everything. An undefined version does not
 * exist.
 */
export function baselineChanges(
  name: string,
  { base, head }: Readonly<Record<"base" | "head", Buffer | undefined>>,
  countsIntroduced: boolean,
  reports: readonly ReportReader[],
): PolicyChange[] {
  const common = { subject: "baseline", about: name, line: 0, file: name } as const;
  if (head === undefined) return [{ what: "removed", ...common, loosens: false }];
  if (base === undefined) return [{ what: "added", ...common, loosens: countsIntroduced }];
  const [before, after] = [base, head].map((bytes) => storedIn(bytes, name, reports));
  if (before === undefined || after === undefined)
    return [{ what: "changed", ...common, to: "its contents cannot be read", loosens: countsIntroduced }];
  // A second copy lets one more finding through, so it is another fact.
  const { gone, fresh } = pair(factsOf(before), factsOf(after), [{ keys: ({ text }) => [text] }]);
  // A later date alone, or a run's address, does not affect a comparison.
  const isEarlier = after.some((each, at) => sinceOf(each) < sinceOf(before[at]));
  const to = joined("; ", [
    fresh.length > 0 ? `says ${fresh.length} more: ${named(fresh)}` : "",
    gone.length > 0 ? `${gone.length} fewer: ${named(gone)}` : "",
    isEarlier ? "is of an earlier date" : "",
  ]);
  return to === "" ? [] : [{ what: "changed", ...common, to, loosens: countsIntroduced }];
}

/** Undefined: it cannot be read, which is an error when the file is used. */
function storedIn(bytes: Buffer, name: string, reports: readonly ReportReader[]): StoredBaseline[] | undefined {
  try {
    return baselinesIn(bytes, name, reports);
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}

/** Advisories published after this time were not known to a given report. */
function sinceOf(stored: StoredBaseline | undefined): number {
  const time = Date.parse(stored?.by?.databaseUpdatedAt ?? stored?.by?.scannedAt ?? "");
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

/** One fact in a baseline: a package, a finding, a gap, or its subject. */
interface Fact {
  readonly name: string;
  /** Equal for the same fact. */
  readonly text: string;
}

function factsOf(all: readonly StoredBaseline[]): Fact[] {
  return all.flatMap((stored, at) => {
    const { typed, names, platform, kinds, withoutPaths, by, sbom, contents, earlier = [], gaps = [] } = stored;
    const fact = (name: string, ...more: readonly unknown[]): Fact => {
      return { name, text: JSON.stringify([all.length > 1 ? at : 0, name, ...more]) };
    };
    const listed = new Set(sbom?.packages.map(nameOf));
    const os = "os" in contents ? contents.os : undefined;
    return [
      ...elementsOf(contents).map((each) => fact(nameOf(each), each, listed.has(nameOf(each)))),
      ...earlier.map((each) => {
        const { kind, id, aliases, severity, package: found, path, opinions } = each;
        const scanners = opinions?.map(({ scanner }) => scanner);
        return fact(id, aliases, kind, found, path, severity, scanners, stored.unsettled?.has(each));
      }),
      ...gaps.map(({ code, path }) => fact(code, path)),
      // The SBOM may name the system for its packages next to its list, or only in package URLs.
      fact("its subject", typed, names, platform, [...kinds].sort(), withoutPaths, by?.scanner, sbom?.systems, os),
    ];
  });
}

interface Element {
  readonly name?: unknown;
  readonly purl?: unknown;
  readonly externalRefs?: unknown;
}

/** Its packages; for an SBOM, all of its elements, without their ids, which differ in each run of a tool. */
function elementsOf(contents: StoredBaseline["contents"]): readonly Element[] {
  if ("packages" in contents) return contents.packages;
  if ("reference" in contents) return [];
  return listedIn(JSON.parse(contents.sbom.toString("utf8").replace(/^\uFEFF/, "")));
}

function listedIn(value: unknown): Element[] {
  if (!isObject(value)) return [];
  const { components, packages, artifacts, metadata } = value;
  const subject = isObject(metadata) && isObject(metadata.component) ? metadata.component.components : undefined;
  return [components, packages, artifacts, subject].flatMap(listIn).flatMap((each) => {
    if (!isObject(each)) return [];
    const { "bom-ref": _, SPDXID: __, id: ___, components: ____, ...element } = each;
    return [element, ...listedIn(each)];
  });
}

function nameOf({ purl, externalRefs, name }: Element): string {
  const refs = listIn(externalRefs).filter(isObject);
  return String(purl ?? refs.find((one) => one.referenceType === "purl")?.referenceLocator ?? name ?? "unnamed");
}

const MOST = 3;

function named(facts: readonly Fact[]): string {
  return listSome([...new Set(facts.map(({ name }) => name))], MOST);
}
