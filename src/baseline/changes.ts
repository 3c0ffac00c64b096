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
  const isEarlier = after.since < before.since;
  const isOtherwise = after.rest !== before.rest;
  const words = [
    more.length === 0 ? "" : `knows ${more.length} more: ${named(more)}`,
    fewer.length === 0 ? "" : `${fewer.length} fewer`,
    closed.length === 0 ? "" : `leaves out what its run did not look at: ${named(closed)}`,
    gaps.length === 0 ? "" : `names more that its run did not look at: ${named(gaps)}`,
    isEarlier ? "is of an earlier date" : "",
    isOtherwise ? "is about something else" : "",
  ].filter((part) => part !== "");
  // Only a later date or a run's address changed, which no comparison uses.
  if (words.length === 0) return [];
  const loosens = countsIntroduced && (more.length > 0 || closed.length > 0 || isEarlier || isOtherwise);
  return [{ what: "changed", ...common, to: words.join("; "), loosens }];
}

/** Texts start with a name, for messages. */
interface Knowledge {
  /** Packages, and findings by each of their ids. */
  readonly known: ReadonlySet<string>;
  /** What its run did not look at. Later findings there count, if the baseline says so. */
  readonly gaps: ReadonlySet<string>;
  /** What was published after this time was not known to a given report. */
  readonly since: number;
  /** Which targets it is about, and how its findings are to be compared. */
  readonly rest: string;
}

/** Undefined: it cannot be read, which is an error where the file is used. */
function knowledgeOf(bytes: Buffer, name: string, reports: readonly ReportReader[]): Knowledge | undefined {
  try {
    const all = baselinesIn(bytes, name, reports);
    const rest = all.map((one) => {
      const { names, platform, kinds, withoutPaths, by, licensed, contents } = one;
      const listed = new Set(licensed?.packages.map(nameOf));
      // What an SBOM is about, and its operating system.
      const others = elementsOf(one)
        .map(nameOf)
        .filter((each) => !listed.has(each));
      const os = "os" in contents ? contents.os : others.sort();
      return { names, platform, kinds: [...kinds].sort(), withoutPaths, by: by?.scanner, tool: licensed?.tool, os };
    });
    const times = all.map(({ by }) => Date.parse(by?.databaseUpdatedAt ?? by?.scannedAt ?? ""));
    const since = Math.min(...times.map((time) => (Number.isNaN(time) ? Number.POSITIVE_INFINITY : time)));
    const namesOf = (one: StoredBaseline) => (all.length > 1 ? one.names : []);
    const known = all.flatMap((one) => textsOf(one, namesOf(one)));
    const gaps = all.flatMap((one) => (one.gaps ?? []).map(({ code, path }) => text(code, [namesOf(one), path])));
    return { known: new Set(known), gaps: new Set(gaps), since, rest: JSON.stringify(rest) };
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}

/** @param names of the target, if there are several */
function textsOf(stored: StoredBaseline, names: readonly string[]): string[] {
  const { earlier = [], unsettled } = stored;
  return [
    ...elementsOf(stored).map((each) => text(nameOf(each), [names, each])),
    ...earlier.flatMap((each) => {
      const { kind, id, aliases = [], severity, package: about, path, opinions } = each;
      const subject = [names, kind, about, path];
      const said = [severity, opinions?.map(({ scanner }) => scanner), unsettled?.has(each) === true];
      return [text(id, [...subject, ...said]), ...aliases.map((alias) => text(alias, [...subject, id]))];
    }),
  ];
}

interface Element {
  readonly name?: unknown;
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

function text(name: string, more: readonly unknown[]): string {
  return `${name} ${JSON.stringify(more)}`;
}

function without(these: ReadonlySet<string>, those: ReadonlySet<string>): string[] {
  return [...these].filter((each) => !those.has(each));
}

const MOST = 3;

function named(texts: readonly string[]): string {
  return listSome([...new Set(texts.map((each) => each.slice(0, each.indexOf(" ["))))], MOST);
}
