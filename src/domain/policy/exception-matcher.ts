import { addTo } from "../collections.ts";
import type { Exception } from "../exception.ts";
import { ecosystemOf, type Finding, type FindingPackage } from "../finding.ts";
import { type Purl, parsePurl, purlKey, pythonName, releaseCovers } from "../purl.ts";
import { compileGlob, compileImageGlobs, MOST_WORK } from "./glob.ts";

/** The parts of a finding that an exception's scope can select. */
type About = Pick<Finding, "id" | "aliases" | "package" | "path">;

/**
 * Finds the exceptions whose `images` match a target's names, in the policy's order. Compiled once for many targets. An
 * unconfirmed tag matches none, since an exception always lets more through.
 */
export function compileScopes(exceptions: readonly Exception[]): (artifactNames: readonly string[]) => Exception[] {
  const matching = compileImageGlobs(exceptions);
  return (artifactNames) => {
    const named = matching(artifactNames).confirmed;
    return exceptions.filter((exception) => exception.images === undefined || named.has(exception));
  };
}

/** An exception with its position in the policy, and the parts of its scope other than id and package name. */
interface Scope {
  readonly exception: Exception;
  readonly position: number;
  readonly purl: Purl | undefined;
  readonly paths: readonly ((path: string) => boolean)[] | undefined;
}

/**
 * Finds the exceptions whose scope matches a finding, in the policy's order. It does not check that they are still
 * live.
 * @param inScope exceptions whose images match the target, from {@link compileScopes}
 */
export function matcherOf(inScope: readonly Exception[]) {
  const work = { left: MOST_WORK };
  const byKey = new Map<string, Scope[]>();
  const named = new Set(inScope.map(({ id }) => id.toLowerCase()));
  for (const [position, exception] of inScope.entries()) {
    const { package: wanted, paths } = exception;
    const purl = wanted?.startsWith("pkg:") ? parsePurl(wanted) : undefined;
    const scope = { exception, position, purl, paths: paths?.map((glob) => compileGlob(glob, work)) };
    for (const key of keysOf(exception, purl)) addTo(byKey, key, scope);
  }
  return {
    matches({ id, aliases = [], package: about, path }: About): readonly Exception[] {
      if (named.size === 0) return [];
      const ids = [...new Set([id, ...aliases].map((each) => each.toLowerCase()))].filter((each) => named.has(each));
      if (ids.length === 0) return [];
      const found = about?.purl === undefined ? undefined : parsePurl(about.purl);
      const keys = ["", ...(about ? [nameKey(about)] : []), ...(found ? [`\0${purlKey(found)}`] : [])];
      return ids
        .flatMap((each) => keys.flatMap((key) => byKey.get(each + key) ?? []))
        .filter(({ purl }) => purl === undefined || (found !== undefined && releaseCovers(purl, found)))
        .filter(({ paths }) => !paths || (path !== undefined && paths.some((isMatch) => isMatch(path))))
        .sort((a, b) => a.position - b.position)
        .map(({ exception }) => exception);
    },
  };
}

/** The keys of an exception: its id with its package, if any. An invalid package URL must match nothing. */
function keysOf({ id, package: wanted }: Exception, purl: Purl | undefined): string[] {
  const ends =
    wanted === undefined
      ? [""]
      : !wanted.startsWith("pkg:")
        ? [nameKey({ name: wanted, type: "" }), nameKey({ name: wanted, type: "pypi" })]
        : purl === undefined
          ? []
          : [`\0${purlKey(purl)}`];
  return ends.map((end) => id.toLowerCase() + end);
}

/** Python allows several spellings of one name. */
function nameKey(about: Pick<FindingPackage, "name" | "type" | "ecosystem">): string {
  return ecosystemOf(about) === "pypi" ? `\0\0pypi\0${pythonName(about.name)}` : `\0\0${about.name}`;
}
