import satisfies from "semver/functions/satisfies.js";
import validRange from "semver/ranges/valid.js";
import { z } from "zod";
import { addTo } from "../domain/collections.ts";
import { tryOr } from "../system/errors.ts";

/** A package of a lock file, and the version that it should get. */
export interface RangeQuestion {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** What a lock file says about it. */
export interface RangeAnswer {
  /** The project itself names the package, and gets this copy. */
  readonly direct: boolean;
  /** Everything that depends on the package allows the new version. */
  readonly inRange: boolean;
  /**
   * There is one copy, and everything apart from the project itself allows the new version: no other copy would stay.
   */
  readonly othersAllow: boolean;
}

const ranges = z.record(z.string(), z.string()).optional();
const entry = z.object({
  version: z.string().optional(),
  inBundle: z.boolean().optional(),
  dependencies: ranges,
  devDependencies: ranges,
  optionalDependencies: ranges,
  peerDependencies: ranges,
});
/** docs.npmjs.com, package-lock.json: `packages` is there since lockfileVersion 2, with a path for each. */
const lockFile = z.object({ packages: z.record(z.string(), entry) });

type Packages = ReadonlyMap<string, z.infer<typeof entry>>;

/** Ranges are longer in no real file, and semver takes longer for long ones. */
const RANGE = 256;
/** Most letters of paths that are looked up for one file: a real one needs some thousands. */
const MOST_LETTERS = 20_000_000;

/**
 * Answers from the text of a package-lock.json, in the order of the questions. Undefined: the file does not say, for
 * example because a range is a tag or an address, or because another package brings its copy along (`inBundle`).
 */
export function npmRanges(text: string, questions: readonly RangeQuestion[]): (RangeAnswer | undefined)[] {
  const parsed = lockFile.safeParse(jsonOf(text));
  if (!parsed.success) return questions.map(() => undefined);
  const packages: Packages = new Map(Object.entries(parsed.data.packages));
  const names = new Set(questions.map(({ name }) => name));
  const needs = needsOf(packages, names);
  if (needs === undefined) return questions.map(() => undefined);
  const copies = Map.groupBy(packages.keys(), nameAt);
  return questions.map((question) => answerTo(question, copies.get(question.name) ?? [], packages, needs));
}

function jsonOf(text: string): unknown {
  return tryOr(() => JSON.parse(text), undefined);
}

/** What a package needs, and which copy it gets. */
interface Need {
  /** The path of the package that needs it. */
  readonly by: string;
  readonly range: string;
}

/** The needs for each copy, by its path. Undefined: there are too many. */
function needsOf(packages: Packages, names: ReadonlySet<string>): ReadonlyMap<string, readonly Need[]> | undefined {
  const needs = new Map<string, Need[]>();
  let letters = 0;
  for (const [by, about] of packages) {
    const isInstalled = /(?:^|\/)node_modules\//.test(by);
    const wanted = [
      about.dependencies,
      about.optionalDependencies,
      about.peerDependencies,
      isInstalled ? undefined : about.devDependencies,
    ];
    for (const [name, range] of wanted.flatMap((each) => Object.entries(each ?? {}))) {
      if (!names.has(name)) continue;
      // The sum over all folders up, counted before they are made.
      letters += by.length * by.split("/").length;
      if (letters > MOST_LETTERS) return undefined;
      const at = foldersUp(by)
        .map((folder) => `${folder}node_modules/${name}`)
        .find((path) => packages.has(path));
      if (at === undefined) continue;
      addTo(needs, at, { by, range });
    }
  }
  return needs;
}

/**
 * The folders in which Node looks for `node_modules`, the nearest first, each with a `/` at its end
 * (nodejs.org/api/modules).
 */
function foldersUp(path: string): string[] {
  const segments = path === "" ? [] : path.split("/");
  const folders: string[] = [];
  for (let end = segments.length; end > 0; end -= 1)
    if (segments[end - 1] !== "node_modules") folders.push(`${segments.slice(0, end).join("/")}/`);
  return [...folders, ""];
}

/** The package whose copy lies at a path: `@acme/log` for `node_modules/a/node_modules/@acme/log`. */
function nameAt(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** @param paths of all copies of the package */
function answerTo(
  { from, to }: RangeQuestion,
  paths: readonly string[],
  packages: Packages,
  needs: ReadonlyMap<string, readonly Need[]>,
): RangeAnswer | undefined {
  const copies = paths.filter((path) => packages.get(path)?.version === from);
  const wanted = copies.flatMap((path) => needs.get(path) ?? []);
  if (wanted.length === 0 || copies.some((path) => packages.get(path)?.inBundle === true)) return undefined;
  if (!wanted.every(({ range }) => range.length <= RANGE && validRange(range) !== null)) return undefined;
  return {
    direct: wanted.some(({ by }) => by === ""),
    inRange: wanted.every(({ range }) => satisfies(to, range)),
    othersAllow: copies.length === 1 && wanted.every(({ by, range }) => by === "" || satisfies(to, range)),
  };
}
