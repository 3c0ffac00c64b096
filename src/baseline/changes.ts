import { isObject, listIn } from "../domain/json/is-object.ts";
import { listSome } from "../domain/list-some.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
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
  const [before, after] = [base, head].map((bytes) => knowledgeOf(bytes, name, reports));
  if (before === undefined || after === undefined)
    return [{ what: "changed", ...common, to: "what it knows cannot be told", loosens: countsIntroduced }];
  const [more, fewer] = [without(after.known, before.known), without(before.known, after.known)];
  const [gaps, closed] = [without(after.gaps, before.gaps), without(before.gaps, after.gaps)];
  const isEarlier = after.since.some((time, at) => time < (before.since[at] ?? Number.POSITIVE_INFINITY));
  const isOtherwise = after.rest !== before.rest;
  // In a package that stays, it would seem to be newly disclosed.
  const forgotten = without(before.open, after.open).filter((each) => after.listed.has(before.open.get(each) ?? ""));
  const words = [
    more.length === 0 ? "" : `knows ${more.length} more: ${named(more)}`,
    fewer.length === 0 ? "" : `${fewer.length} fewer`,
    forgotten.length === 0 ? "" : `leaves out what was not let in: ${named(forgotten)}`,
    closed.length === 0 ? "" : `leaves out what its run did not look at: ${named(closed)}`,
    gaps.length === 0 ? "" : `names more that its run did not look at: ${named(gaps)}`,
    isEarlier ? "is of an earlier date" : "",
    isOtherwise ? "is about something else" : "",
  ].filter((part) => part !== "");
  // Only a later date or a run's address changed, which no comparison uses.
  if (words.length === 0) return [];
  const isMore = [more, closed, forgotten].some(({ length }) => length > 0);
  const loosens = countsIntroduced && (isMore || isEarlier || isOtherwise);
  return [{ what: "changed", ...common, to: words.join("; "), loosens }];
}

/** Texts start with a name, for messages. */
interface Knowledge {
  /** Packages, and findings by each of their ids. A second copy lets one more through, so it is another text. */
  readonly known: ReadonlySet<string>;
  /** Findings that its run did not let in for good, by each of their ids, with their packages. They still count. */
  readonly open: ReadonlyMap<string, string>;
  /** Its packages in their versions. */
  readonly listed: ReadonlySet<string>;
  /** What its run did not look at. Later findings there count, if the baseline says so. */
  readonly gaps: ReadonlySet<string>;
  /** Of each target: what was published after this time was not known to a given report. */
  readonly since: readonly number[];
  /** Which targets it is about, and how its findings are to be compared. */
  readonly rest: string;
}

/** Undefined: it cannot be read, which is an error where the file is used. */
function knowledgeOf(bytes: Buffer, name: string, reports: readonly ReportReader[]): Knowledge | undefined {
  try {
    const all = baselinesIn(bytes, name, reports);
    const rest = all.map((one) => {
      const { typed, names, platform, kinds, withoutPaths, by, licensed, contents } = one;
      const listed = new Set(licensed?.packages.map(nameOf));
      // What an SBOM is about, and its operating system.
      const others = elementsOf(one)
        .map(nameOf)
        .filter((each) => !listed.has(each));
      const os = "os" in contents ? contents.os : others.sort();
      const about = { typed, names, platform, kinds: [...kinds].sort(), withoutPaths };
      return { ...about, by: by?.scanner, tool: licensed?.tool, os };
    });
    const since = all.map(({ by }) => Date.parse(by?.databaseUpdatedAt ?? by?.scannedAt ?? ""));
    const targetAt = (at: number) => (all.length > 1 ? at : undefined);
    const known = all.flatMap((one, at) => textsOf(one, targetAt(at)));
    const gaps = all.flatMap((one, at) => (one.gaps ?? []).map(({ code, path }) => text(code, [targetAt(at), path])));
    return {
      known: eachCopy(known),
      open: new Map(all.flatMap((one, at) => openIn(one, targetAt(at)))),
      listed: new Set(all.flatMap((one, at) => elementsOf(one).map((each) => releaseOf(each, targetAt(at))))),
      gaps: new Set(gaps),
      since: since.map((time) => (Number.isNaN(time) ? Number.POSITIVE_INFINITY : time)),
      rest: JSON.stringify(rest),
    };
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}

/** The texts, from the second of equal ones on with their number. */
function eachCopy(texts: readonly string[]): ReadonlySet<string> {
  const copies = new Map<string, number>();
  return new Set(
    texts.map((each) => {
      const copy = copies.get(each) ?? 0;
      copies.set(each, copy + 1);
      return copy === 0 ? each : `${each} ${copy}`;
    }),
  );
}

/** @param target its number, if there are several */
function textsOf(stored: StoredBaseline, target: number | undefined): string[] {
  const { earlier = [], unsettled } = stored;
  return [
    ...elementsOf(stored).map((each) => text(nameOf(each), [target, each])),
    ...earlier.flatMap((each) => {
      const { kind, id, aliases = [], severity, package: about, path, opinions } = each;
      const subject = [target, kind, about, path];
      const said = [severity, opinions?.map(({ scanner }) => scanner), unsettled?.has(each) === true];
      return [text(id, [...subject, ...said]), ...aliases.map((alias) => text(alias, [...subject, id]))];
    }),
  ];
}

function openIn({ unsettled = new Set() }: StoredBaseline, target: number | undefined): [string, string][] {
  return [...unsettled].flatMap(({ kind, id, aliases = [], package: about = {}, path }) =>
    [id, ...aliases].map((name): [string, string] => [
      text(name, [target, kind, releaseOf(about, target), path]),
      releaseOf(about, target),
    ]),
  );
}

interface Element {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly purl?: unknown;
}

/** Its packages; of an SBOM, everything that it lists, without ids, which differ each time that a tool runs. */
function elementsOf({ contents }: StoredBaseline): Element[] {
  if ("packages" in contents) return [...contents.packages];
  if ("reference" in contents) return [];
  const document: unknown = JSON.parse(contents.sbom.toString("utf8").replace(/^\uFEFF/, ""));
  const found: Element[] = [];
  for (const waiting = [document]; waiting.length > 0; ) {
    const each = waiting.pop();
    if (!isObject(each)) continue;
    const { components, packages, artifacts, metadata, "bom-ref": _, SPDXID: __, id: ___, ...element } = each;
    const purl = listIn(element.externalRefs)
      .filter(isObject)
      .find((one) => one.referenceType === "purl");
    if (each !== document) found.push({ ...element, purl: element.purl ?? purl?.referenceLocator });
    const subject = isObject(metadata) && isObject(metadata.component) ? metadata.component : {};
    for (const list of [components, packages, artifacts, subject.components]) waiting.push(...listIn(list));
  }
  return found;
}

function nameOf({ purl, name }: Element): string {
  return String(purl ?? name ?? "unnamed");
}

function releaseOf({ name, version }: Element, target: number | undefined): string {
  return JSON.stringify([target, name, version]);
}

function text(name: string, more: readonly unknown[]): string {
  return `${name} ${JSON.stringify(more)}`;
}

type Texts = Pick<ReadonlySet<string>, "keys" | "has">;

function without(these: Texts, those: Texts): string[] {
  return [...these.keys()].filter((each) => !those.has(each));
}

const MOST = 3;

function named(texts: readonly string[]): string {
  return listSome([...new Set(texts.map((each) => each.slice(0, each.indexOf(" ["))))], MOST);
}
