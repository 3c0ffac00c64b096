import {
  closeSync,
  type Dirent,
  fstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import type { Requirement, RequirementsFile, SourceFiles } from "../../../domain/coverage/source-accounting.ts";
import type { LocatedTarget } from "../../../domain/target.ts";
import { GateError, tryOr } from "../../../system/errors.ts";
import { entriesOf, isWithin, openUnlinked } from "../../../system/given-files.ts";
import { type LeftOut, leftOutPaths } from "../process/left-out.ts";

/** Trivy leaves out top folders with these names, whatever a target is (pkg/fanal/walker, `defaultSkipDirs`). */
const TOP_FOLDERS: readonly string[] = ["dev", "proc", "sys"];

/** Lock files that Trivy reads in a folder (the `Required` functions of pkg/fanal/analyzer/language). */
const LOCK_FILES =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|composer\.lock|Gemfile\.lock|Pipfile\.lock|poetry\.lock|uv\.lock|pylock(?:\.[^.]+)?\.toml|requirements\.txt|go\.mod|go\.sum|Cargo\.lock|pom\.xml|.*gradle\.lockfile|build\.sbt\.lock|packages\.lock\.json|packages\.config|.*\.deps\.json|(?:Directory\.)?Packages\.props|conan\.lock|mix\.lock|pubspec\.lock|Podfile\.lock|Package\.resolved|environment\.ya?ml|Manifest\.toml)$/;
/** Lists of Python's packages under names that Trivy does not read: `requirements-dev.txt`, `requirements/base.txt`. */
const OTHER_REQUIREMENTS =
  /(?:^|\/)(?:requirements[-_.][^/]+\.txt|[^/]+[-_.]requirements\.txt|requirements\/(?!requirements\.txt$)[^/]+\.txt)$/;
/** Files that `misconfig` reads. */
const CONFIG_FILES = /(?:^|[.-])(?:Dockerfile|Containerfile)(?:$|[.-])|\.(?:ya?ml|json|tf|tofu|tpl|tgz)$/i;
const TERRAFORM = /\.(?:tf|tofu)(?:\.json)?$/;

/** More files of a kind would not change the answer. */
const MOST = 1_000;
/** Largest list of packages that is read, in bytes. */
const LARGEST = 1024 * 1024;

/** Files in a folder of source code that Trivy passes over, or that are left out of a scan. */
export type SourceTree = ReturnType<Search["result"]>;

interface Wanted extends LeftOut {
  /** The kinds of findings to look for. */
  readonly scanners: readonly string[];
}

/**
 * Searches a folder once. Follows no links, like Trivy. Undefined if we cannot search: in a repository that Trivy
 * clones, or in something that is not source code.
 * @throws GateError `folder-unreadable`: Trivy would silently skip it, and its content would count as "no findings"
 */
export function readSourceTree({ how, location }: LocatedTarget, wanted: Wanted): SourceTree | undefined {
  if ((how !== "folder" && how !== "repository") || !isAbsolute(location)) return undefined;
  const search = new Search(location, wanted);
  for (const { entry, path } of entriesBelow(location, (folder) => readable(folder, location), search.enters))
    search.file(entry, path);
  return search.result();
}

/** All entries in a folder except folders, with paths relative to it. */
function* entriesBelow(
  root: string,
  read: (folder: string) => readonly Dirent[],
  enters: (entry: Dirent, path: string) => boolean,
): Generator<{ readonly entry: Dirent; readonly path: string }> {
  const waiting = [""];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of read(join(root, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) yield { entry, path };
      else if (entry.name !== ".git" && enters(entry, path)) waiting.push(path);
    }
  }
}

function readable(folder: string, root: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    const name = relative(root, folder) || ".";
    const { code } = cause as NodeJS.ErrnoException;
    if ((code !== "EACCES" && code !== "EPERM") || TOP_FOLDERS.includes(name.split(sep)[0] ?? "")) return [];
    throw new GateError(
      "folder-unreadable",
      `The folder ${JSON.stringify(name)} in it cannot be read by the user of this run, and Trivy would silently skip it`,
      "Give the user of this run the right to read it. Or leave it out with `skip-dirs`.",
      { cause },
    );
  }
}

class Search {
  readonly #root: string;
  readonly #scanners: readonly string[];
  readonly #isLeftOut: (path: string) => boolean;
  readonly #leftOut = new Map<string, { count: number; readonly example: string }>();
  readonly #links: { path: string; to: string }[] = [];
  readonly #requirements: RequirementsFile[] = [];
  readonly #unread: string[] = [];
  readonly #terraform: string[] = [];
  #more = 0;
  #hasDevelopment = false;

  constructor(root: string, wanted: Wanted) {
    this.#root = root;
    this.#scanners = wanted.scanners;
    this.#isLeftOut = leftOutPaths(wanted);
  }

  readonly enters = (_: Dirent, path: string): boolean => {
    const [top = ""] = path.split("/");
    const isFull = TOP_FOLDERS.includes(top) && (this.#leftOut.get(top)?.count ?? 0) >= MOST;
    return !isFull && !this.#isLeftOut(`${path}/`);
  };

  file(entry: Dirent, path: string): void {
    if (this.#isLeftOut(path)) return;
    const [top = "", ...below] = path.split("/");
    if (below.length > 0 && TOP_FOLDERS.includes(top)) this.#countLeftOut(top, entry, path);
    else {
      if (entry.isFile() && TERRAFORM.test(path) && !`/${path}`.includes("/.terraform/"))
        this.#add(this.#terraform, path);
      if (["vuln", "license"].some((each) => this.#scanners.includes(each))) this.#list(entry, path);
    }
  }

  result() {
    const folders = [...this.#leftOut].map(([path, { count, example }]) => ({ path, count, example }));
    const files: SourceFiles = {
      folders: folders.sort((a, b) => (a.path < b.path ? -1 : 1)),
      links: this.#links,
      requirements: this.#requirements,
      unread: this.#unread.sort(),
      hasDevelopment: this.#hasDevelopment,
      more: this.#more,
    };
    // Files of Terraform and OpenTofu, which `CHECKED` in `arguments.ts` leaves out.
    return { files, terraform: this.#terraform.sort() };
  }

  /** Counts the files that Trivy would read in a folder that it leaves out. */
  #countLeftOut(top: string, entry: Dirent, path: string): void {
    const isWanted = this.#scanners.some((scanner) => {
      if (scanner === "vuln") return LOCK_FILES.test(entry.name);
      return scanner === "misconfig" ? CONFIG_FILES.test(entry.name) : true;
    });
    const found = this.#leftOut.get(top);
    if (!entry.isFile() || !isWanted || (found?.count ?? 0) >= MOST) return;
    if (found === undefined) this.#leftOut.set(top, { count: 1, example: path });
    else found.count += 1;
  }

  /** Lists of packages, and links to them. Packages in `node_modules` have lists that installations ignore. */
  #list(entry: Dirent, path: string): void {
    const { name } = entry;
    if (`/${path}`.includes("/node_modules/")) return;
    if (entry.isSymbolicLink()) {
      const isLost = LOCK_FILES.test(name)
        ? !this.#isReadElsewhere(path, name)
        : name !== "node_modules" && this.#hasLockFilesOutside(path);
      if (!isLost) return;
      // It was there a moment ago. If it is gone, the file that it led to does not matter.
      const to = tryOr(() => readlinkSync(join(this.#root, path)), "a file that cannot be read");
      this.#add(this.#links, { path, to });
    } else if (!entry.isFile()) return;
    else if (name === "requirements.txt") this.#add(this.#requirements, requirementsIn(join(this.#root, path), path));
    else if (name === "Pipfile.lock") this.#hasDevelopment ||= hasDevelopment(join(this.#root, path));
    else if (OTHER_REQUIREMENTS.test(path)) this.#add(this.#unread, path);
  }

  #add<T>(list: T[], value: T | undefined): void {
    if (value === undefined) return;
    if (list.length < MOST) list.push(value);
    else if ((list as unknown) !== this.#terraform) this.#more += 1;
  }

  /** True if the link's target is in the folder under a name that Trivy reads. */
  #isReadElsewhere(path: string, name: string): boolean {
    return tryOr(() => {
      const root = realpathSync(this.#root);
      const real = realpathSync(join(this.#root, path));
      const inside = relative(root, real).split(sep);
      return (
        basename(real) === name &&
        isWithin(root, real) &&
        !TOP_FOLDERS.includes(inside[0] ?? "") &&
        !this.#isLeftOut(inside.join("/"))
      );
    }, false);
  }

  /** True if the link leads to a folder outside of the target that contains lock files. */
  #hasLockFilesOutside(path: string): boolean {
    const real = realFolder(join(this.#root, path));
    if (real === undefined || isWithin(realFolder(this.#root) ?? this.#root, real)) return false;
    let visited = 0;
    const enters = ({ name }: Dirent) => ++visited < MOST && name !== "node_modules";
    for (const { entry } of entriesBelow(real, entriesOf, enters))
      if (entry.isFile() && LOCK_FILES.test(entry.name)) return true;
    return false;
  }
}

/** Undefined: it is not a folder, or does not exist. */
function realFolder(path: string): string | undefined {
  return tryOr(() => {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  }, undefined);
}

/** Undefined: it is not a regular file any more. */
function requirementsIn(file: string, path: string): RequirementsFile | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  if (text === "too large") return { path, requirements: [], unread: `it is larger than ${LARGEST} bytes` };
  return { path, requirements: parseRequirements(text.text) };
}

/**
 * True if a `Pipfile.lock` has packages for development, which Trivy leaves out. If it is unknown, they count as
 * present.
 */
function hasDevelopment(file: string): boolean {
  const text = textOf(file);
  if (text === undefined) return false;
  if (text === "too large") return true;
  const { develop } = tryOr(() => JSON.parse(text.text) ?? {}, {}) as { readonly develop?: unknown };
  return typeof develop === "object" && develop !== null && Object.keys(develop).length > 0;
}

function textOf(file: string): { readonly text: string } | "too large" | undefined {
  return tryOr(() => {
    using cleanup = new DisposableStack();
    const handle = cleanup.adopt(openUnlinked(file), closeSync);
    const status = fstatSync(handle);
    if (!status.isFile()) return undefined;
    return status.size > LARGEST ? "too large" : { text: readFileSync(handle, "utf8") };
  }, undefined);
}

/**
 * The packages in a `requirements.txt`, by pip's rules
 * (https://pip.pypa.io/en/stable/reference/requirements-file-format/): a backslash joins lines, ` #` begins a comment,
 * `-r` and `-e` add packages, and other options add none.
 */
export function parseRequirements(text: string): Requirement[] {
  return logicalLines(text).flatMap((line): Requirement[] => {
    const written = line.replace(/(?:^|\s)#.*$/, "").trim();
    if (written === "") return [];
    if (!written.startsWith("-")) return [requirement(written)];
    return /^(?:-r|--requirement|-e|--editable)(?=[\s=.\w/]|$)/.test(written) ? [{ text: written }] : [];
  });
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun = "";
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    if (line.endsWith("\\") && !/(?:^|\s)#/.test(line)) {
      begun += `${line.slice(0, -1)} `;
      continue;
    }
    lines.push(begun + line);
    begun = "";
  }
  return begun === "" ? lines : [...lines, begun];
}

/** Name, extras, and the beginning of the version or of a marker (PEP 508). */
const NAMED = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?=[=<>~!;,(]|$|--)/;

function requirement(text: string): Requirement {
  // Hashes and other options of the line.
  const [line = ""] = text.split(/\s--/, 1);
  const found = NAMED.exec(line.trim());
  if (found === null) return { text: line.trim() };
  const rest = line.trim().slice(found[0].length);
  const version = /^\(?\s*={2,3}\s*([^\s,;)]+)/.exec(rest)?.[1];
  return { text: line.trim(), name: found[1], ...(version !== undefined && !version.includes("*") && { version }) };
}
