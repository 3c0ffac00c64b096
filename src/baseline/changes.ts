import { isObject, listIn } from "../domain/json/is-object.ts";
import { joined, listSome } from "../domain/list-some.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import { pair } from "../domain/same/pair.ts";
import type { ReportReader } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";
import { baselinesIn } from "./read-file.ts";
import type { StoredBaseline } from "./stored-baseline.ts";

/** A baseline as a file of the repository, before and after a pull request. Undefined: there is no such file. */
interface Versions {
  readonly base: Buffer | undefined;
  readonly head: Buffer | undefined;
}

/**
 * What a pull request changes in a baseline that is a file of the repository. If only introduced findings count, a
 * baseline that knows more lets more through. So does one whose contents cannot be read. A run without a baseline
 * counts everything.
 */
export function baselineChanges(
  name: string,
  { base, head }: Versions,
  countsIntroduced: boolean,
  reports: readonly ReportReader[],
): PolicyChange[] {
  const common = { subject: "baseline", about: name, line: 0, file: name } as const;
  if (head === undefined) return [{ what: "removed", ...common, loosens: false }];
  if (base === undefined) return [{ what: "added", ...common, loosens: countsIntroduced }];
  const [before, after] = [base, head].map((bytes) => storedIn(bytes, name, reports));
  if (before === undefined || after === undefined)
    return [{ what: "changed", ...common, to: "what it knows cannot be told", loosens: countsIntroduced }];
  // A second copy lets one more through, so that it is another fact.
  const { gone, fresh } = pair(factsOf(before), factsOf(after), [{ keys: ({ kind, text }) => [`${kind} ${text}`] }]);
  const of = (facts: readonly Fact[], ...kinds: readonly Fact["kind"][]) =>
    facts.filter(({ kind }) => kinds.includes(kind));
  const releases = new Set(of(factsOf(after), "known").map(({ release }) => release));
  const [more, fewer] = [of(fresh, "known"), of(gone, "known")];
  // In a package that stays, what was not let in would seem to be newly disclosed.
  const lost = [...of(gone, "gap"), ...of(gone, "open").filter(({ release }) => releases.has(release))];
  const isEarlier = after.some((each, at) => sinceOf(each) < sinceOf(before[at]));
  const isOtherwise = of([...gone, ...fresh], "about").length > 0;
  const words = [
    more.length > 0 ? `knows ${more.length} more: ${named(more)}` : "",
    fewer.length > 0 ? `${fewer.length} fewer` : "",
    lost.length > 0 ? `leaves out what its run did not look at or let in: ${named(lost)}` : "",
    isEarlier ? "is of an earlier date" : "",
    isOtherwise ? "is about something else" : "",
    of(fresh, "gap").length > 0 ? `names more that its run did not look at: ${named(of(fresh, "gap"))}` : "",
  ];
  const to = joined("; ", words);
  const loosens = countsIntroduced && (more.length + lost.length > 0 || isEarlier || isOtherwise);
  // Else only a later date or a run's address changed, which no comparison uses.
  return to === "" ? [] : [{ what: "changed", ...common, to, loosens }];
}

/** Undefined: it cannot be read, which is an error where the file is used. */
function storedIn(bytes: Buffer, name: string, reports: readonly ReportReader[]): StoredBaseline[] | undefined {
  try {
    return baselinesIn(bytes, name, reports);
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}

/** What was published after this time was not known to a given report. */
function sinceOf(stored: StoredBaseline | undefined): number {
  const time = Date.parse(stored?.by?.databaseUpdatedAt ?? stored?.by?.scannedAt ?? "");
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

/** One thing that a baseline says. */
interface Fact {
  /**
   * `known`: a package, or a finding by one of its ids. `open`: a finding that its run did not let in for good, which
   * still counts. `gap`: what its run did not look at. `about`: which target it is about, and how it is compared.
   */
  readonly kind: "known" | "open" | "gap" | "about";
  readonly name: string;
  /** Equal for the same fact. */
  readonly text: string;
  /** The package in its version. */
  readonly release: string;
}

function factsOf(all: readonly StoredBaseline[]): Fact[] {
  return all.flatMap((one, at) => factsIn(one, all.length > 1 ? at : undefined));
}

/** @param target its number, if there are several */
function factsIn(stored: StoredBaseline, target: number | undefined): Fact[] {
  const { typed, names, platform, kinds, withoutPaths, by, sbom, contents, earlier = [], gaps = [] } = stored;
  const fact = (kind: Fact["kind"], name: string, more: readonly unknown[], about: Element = {}): Fact => {
    const release = JSON.stringify([target, about.name, about.version]);
    return { kind, name, text: JSON.stringify([target, name, ...more]), release };
  };
  const listed = new Set(sbom?.packages.map(nameOf));
  // An SBOM may name the system that it is matched as beside its list, or in package URLs alone.
  const about = [typed, names, platform, [...kinds].sort(), withoutPaths, by?.scanner, sbom?.systems];
  return [
    ...elementsOf(contents).map((each) => fact("known", nameOf(each), [each, listed.has(nameOf(each))], each)),
    ...earlier.flatMap((each) => {
      const { kind, id, aliases = [], severity, package: found, path, opinions } = each;
      const isOpen = stored.unsettled?.has(each) === true;
      const said = [kind, found, path, severity, opinions?.map(({ scanner }) => scanner), isOpen];
      const open = [kind, found?.name, found?.version, path];
      return [
        fact("known", id, said),
        ...aliases.map((alias) => fact("known", alias, [kind, found, path, id])),
        ...(isOpen ? [id, ...aliases] : []).map((one) => fact("open", one, open, found)),
      ];
    }),
    ...gaps.map(({ code, path }) => fact("gap", code, [path])),
    fact("about", "", [...about, "os" in contents ? contents.os : undefined]),
  ];
}

interface Element {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly purl?: unknown;
  readonly externalRefs?: unknown;
}

/** Its packages; of an SBOM, everything that it lists, without ids, which differ each time that a tool runs. */
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
