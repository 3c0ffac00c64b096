import type { Exception } from "../exception.ts";
import { ecosystemOf, type Finding, type FindingPackage } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { type Purl, parsePurl, purlCovers, purlKey, pythonName } from "../purl.ts";
import { compileGlobs, type GlobRule, type MatchingWork, MOST_VISITS } from "./glob.ts";
import { compileImageGlobs } from "./image-globs.ts";

/** What an exception's scope depends on. */
type About = Pick<Finding, "id" | "aliases" | "package" | "path">;

/** Finds the exceptions that match a finding by scope alone. It does not check whether they still hold. */
export interface ExceptionMatcher {
  /** In the policy's order. Findings with the same exceptions mostly share one array: callers can cache by identity. */
  matches(finding: About): readonly Exception[];
  /** Whether the exception's images match one of this target's names. */
  inScope(exception: Exception): boolean;
}

const NONE: readonly Exception[] = [];

/** Exceptions with one id and one package: those for any path, and those for some paths. */
interface Places {
  readonly anywhere: Exception[];
  readonly globs: GlobRule<Exception>[];
  byPath?: (path: string) => readonly Exception[];
}

/** Exceptions with one id, by what they say about the package. */
interface Packages {
  readonly any: Places;
  readonly byName: Map<string, Places>;
  readonly byPythonName: Map<string, Places>;
  readonly byPurl: Map<string, Places>;
}

type Join = (a: readonly Exception[], b: readonly Exception[]) => readonly Exception[];

/** Data about the exceptions that are computed once for all findings. */
interface Knowledge {
  /** For exceptions whose package is a package URL. Undefined if that URL is invalid. */
  readonly wanted: ReadonlyMap<Exception, Purl | undefined>;
  readonly join: Join;
  readonly parse: (purl: string) => Purl | undefined;
  readonly work: MatchingWork;
}

/** Creates a matcher for a target with these names. */
export function createExceptionMatcher(
  exceptions: readonly Exception[],
  artifactNames: readonly string[],
): ExceptionMatcher {
  return matcherOf(compileScopes(exceptions)(artifactNames));
}

/**
 * Finds the exceptions whose `images` match a target's names, in the policy's order. Compiled once for many targets. An
 * unconfirmed tag matches none: an exception only ever lets more through.
 */
export function compileScopes(exceptions: readonly Exception[]): (artifactNames: readonly string[]) => Exception[] {
  const rules = exceptions.flatMap((value) => (value.images ?? []).map((glob) => ({ glob, value })));
  const matching = compileImageGlobs(rules);
  return (artifactNames) => {
    const named = matching(artifactNames).confirmed;
    return exceptions.filter((exception) => exception.images === undefined || named.has(exception));
  };
}

/** The same as {@link createExceptionMatcher}, for exceptions that are already known to be in the target's scope. */
export function matcherOf(inScope: readonly Exception[]): ExceptionMatcher {
  const scope = new Set(inScope);
  const wanted = wantedPurls(inScope);
  const byId = indexById(inScope, wanted);
  const join = memoizedJoin(inScope);
  const knowledge: Knowledge = { wanted, join, parse: memoize(parsePurl), work: { left: MOST_VISITS } };
  // Ids repeat: a lookup by spelling is cheaper than folding the case again.
  const packagesOf = memoize((id) => byId.get(id.toLowerCase()));

  function matchesBy(id: string, { package: about, path }: About): readonly Exception[] {
    const packages = packagesOf(id);
    if (packages === undefined) return NONE;
    const any = atPath(packages.any, path, knowledge);
    if (about === undefined) return any;
    const named = atPath(byName(packages, about), path, knowledge);
    return join(join(any, named), byPurl(packages.byPurl, about, path, knowledge));
  }

  return {
    inScope: (exception) => scope.has(exception),
    matches: (finding) =>
      (finding.aliases ?? []).reduce((all, id) => join(all, matchesBy(id, finding)), matchesBy(finding.id, finding)),
  };
}

function wantedPurls(exceptions: readonly Exception[]): Map<Exception, Purl | undefined> {
  return new Map(
    exceptions.flatMap((exception) =>
      exception.package?.startsWith("pkg:") ? [[exception, parsePurl(exception.package)]] : [],
    ),
  );
}

function indexById(
  exceptions: readonly Exception[],
  wanted: ReadonlyMap<Exception, Purl | undefined>,
): Map<string, Packages> {
  const byId = new Map<string, Packages>();
  for (const exception of exceptions) {
    const packages = entry(byId, exception.id.toLowerCase(), () => ({
      any: noPlaces(),
      byName: new Map(),
      byPythonName: new Map(),
      byPurl: new Map(),
    }));
    for (const places of placesFor(packages, exception, wanted)) {
      if (exception.paths === undefined) places.anywhere.push(exception);
      else places.globs.push(...exception.paths.map((glob) => ({ glob, value: exception })));
    }
  }
  return byId;
}

function placesFor(
  packages: Packages,
  exception: Exception,
  wanted: ReadonlyMap<Exception, Purl | undefined>,
): Places[] {
  const name = exception.package;
  if (name === undefined) return [packages.any];
  if (!wanted.has(exception))
    return [entry(packages.byName, name, noPlaces), entry(packages.byPythonName, pythonName(name), noPlaces)];
  const purl = wanted.get(exception);
  // An invalid package URL matches nothing: it must not let anything through.
  return purl === undefined ? [] : [entry(packages.byPurl, purlKey(purl), noPlaces)];
}

function noPlaces(): Places {
  return { anywhere: [], globs: [] };
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function atPath(
  places: Places | undefined,
  path: string | undefined,
  { join, work }: Pick<Knowledge, "join" | "work">,
): readonly Exception[] {
  if (places === undefined) return NONE;
  if (path === undefined || places.globs.length === 0) return places.anywhere;
  places.byPath ??= compileGlobs(places.globs, work);
  return join(places.anywhere, places.byPath(path));
}

function byName(packages: Packages, about: FindingPackage): Places | undefined {
  return ecosystemOf(about) === "pypi"
    ? packages.byPythonName.get(pythonName(about.name))
    : packages.byName.get(about.name);
}

function byPurl(
  index: ReadonlyMap<string, Places>,
  about: FindingPackage,
  path: string | undefined,
  knowledge: Knowledge,
): readonly Exception[] {
  const { wanted, parse } = knowledge;
  if (index.size === 0 || about.purl === undefined) return NONE;
  const purl = parse(about.purl);
  if (purl === undefined) return NONE;
  const candidates = atPath(index.get(purlKey(purl)), path, knowledge);
  const covers = (exception: Exception) => purlCovers(wanted.get(exception) as Purl, purl);
  return candidates.every(covers) ? candidates : candidates.filter(covers);
}

/** Joins two lists in the policy's order. Returns the same array for the same two lists. */
function memoizedJoin(exceptions: readonly Exception[]): Join {
  const order = new Map(exceptions.map((exception, position) => [exception, position]));
  const position = (exception: Exception) => order.get(exception) as number;
  const known = new WeakMap<readonly Exception[], WeakMap<readonly Exception[], readonly Exception[]>>();
  return (a, b) => {
    if (b.length === 0) return a;
    if (a.length === 0) return b;
    const second = known.get(a) ?? new WeakMap<readonly Exception[], readonly Exception[]>();
    known.set(a, second);
    const joined = second.get(b) ?? [...a, ...b].sort((x, y) => position(x) - position(y));
    second.set(b, joined);
    return joined;
  };
}
