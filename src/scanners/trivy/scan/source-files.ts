import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import type { Requirement, RequirementsFile, SourceFiles } from "../../../domain/coverage/source-accounting.ts";
import type { LocatedTarget } from "../../../domain/target.ts";
import { entriesOf } from "../../../system/given-files.ts";
import { skipper } from "./source-folders.ts";

/** Trivy leaves out top folders with these names, whatever a target is (pkg/fanal/walker, `defaultSkipDirs`). */
const TOP_FOLDERS = ["dev", "proc", "sys"] as const;

/** Lock files that Trivy reads in a folder (the `Required` functions of pkg/fanal/analyzer/language). */
const LOCK_FILES =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|composer\.lock|Gemfile\.lock|Pipfile\.lock|poetry\.lock|uv\.lock|pylock(?:\.[^.]+)?\.toml|requirements\.txt|go\.mod|go\.sum|Cargo\.lock|pom\.xml|.*gradle\.lockfile|build\.sbt\.lock|packages\.lock\.json|packages\.config|.*\.deps\.json|(?:Directory\.)?Packages\.props|conan\.lock|mix\.lock|pubspec\.lock|Podfile\.lock|Package\.resolved|environment\.ya?ml|Manifest\.toml)$/;

/** Files that `misconfig` reads. */
const CONFIG_FILES = /(?:^|[.-])(?:Dockerfile|Containerfile)(?:$|[.-])|\.(?:ya?ml|json|tf|tofu|tpl|tgz)$/i;

/** More links, requirements files and files in left-out folders do not change the answer. */
const MOST = 1_000;
/** Largest `requirements.txt` that is read, in bytes. */
const LARGEST = 1024 * 1024;

/**
 * What a folder has that Trivy passes over. Does not follow links, like Trivy. Undefined if we cannot search: in a
 * repository that Trivy clones, or in something that is not a folder of source code.
 * @param skipped paths and globs that are left out
 * @param scanners what is looked for
 */
export function sourceFiles(
  { how, location }: LocatedTarget,
  skipped: readonly string[],
  scanners: readonly string[],
): SourceFiles | undefined {
  if ((how !== "folder" && how !== "repository") || !isAbsolute(location)) return undefined;
  const search = new Search(location, skipper(location, skipped), scanners);
  search.run();
  return search.result();
}

class Search {
  readonly #root: string;
  readonly #isSkipped: (path: string) => boolean;
  readonly #scanners: readonly string[];
  readonly #links: { path: string; to: string }[] = [];
  readonly #requirements: RequirementsFile[] = [];
  #more = 0;

  constructor(root: string, isSkipped: (path: string) => boolean, scanners: readonly string[]) {
    this.#root = root;
    this.#isSkipped = isSkipped;
    this.#scanners = scanners;
  }

  run(): void {
    if (!this.#scanners.some((each) => each === "vuln" || each === "license")) return;
    const top = new Set(TOP_FOLDERS.map((name) => join(this.#root, name)));
    // Packages in `node_modules` have lock files of their own, which installations ignore.
    const isSource = ({ name }: Dirent, path: string) => name !== ".git" && name !== "node_modules" && !top.has(path);
    this.#walk(this.#root, isSource, (entry, path) => this.#file(entry, path));
  }

  result(): SourceFiles {
    return {
      folders: TOP_FOLDERS.flatMap((name) => this.#leftOut(name)),
      links: this.#links,
      requirements: this.#requirements,
      more: this.#more,
    };
  }

  #walk(start: string, enters: (entry: Dirent, path: string) => boolean, file: (entry: Dirent, path: string) => void) {
    const waiting = [start];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const entry of entriesOf(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (enters(entry, path) && !this.#isSkipped(path)) waiting.push(path);
        } else if (!this.#isSkipped(path)) file(entry, path);
      }
    }
  }

  #file(entry: Dirent, path: string): void {
    if (entry.isSymbolicLink()) {
      const isLost = LOCK_FILES.test(entry.name)
        ? !this.#isReadElsewhere(path, entry.name)
        : entry.name !== "node_modules" && this.#hasLockFilesOutside(path);
      if (isLost) this.#add(this.#links, linkAt(path, this.#root));
    } else if (entry.isFile() && entry.name === "requirements.txt")
      this.#add(this.#requirements, requirementsIn(path, this.#name(path)));
  }

  #add<T>(list: T[], value: T | undefined): void {
    if (value === undefined) return;
    if (list.length < MOST) list.push(value);
    else this.#more += 1;
  }

  /** The file that the link leads to is in the folder under a name by which Trivy reads it. */
  #isReadElsewhere(path: string, name: string): boolean {
    try {
      const real = realpathSync(path);
      const inside = relative(realpathSync(this.#root), real);
      const [top = ""] = inside.split(sep);
      return (
        basename(real) === name &&
        isInside(realpathSync(this.#root), real) &&
        !(TOP_FOLDERS as readonly string[]).includes(top) &&
        !this.#isSkipped(join(this.#root, inside))
      );
    } catch {
      return false;
    }
  }

  /** The link leads to a folder that is not in the target, and there are lock files in that folder. */
  #hasLockFilesOutside(path: string): boolean {
    const real = realFolder(path);
    if (real === undefined || isInside(realFolder(this.#root) ?? this.#root, real)) return false;
    let [found, visited] = [false, 0];
    const mayEnter = ({ name }: Dirent): boolean =>
      !found && ++visited < MOST && name !== ".git" && name !== "node_modules";
    this.#walk(real, mayEnter, (entry) => {
      found ||= entry.isFile() && LOCK_FILES.test(entry.name);
    });
    return found;
  }

  /** What Trivy would look at in a folder that it leaves out. */
  #leftOut(name: string): SourceFiles["folders"] {
    const start = join(this.#root, name);
    if (this.#isSkipped(start)) return [];
    let [count, example]: [number, string | undefined] = [0, undefined];
    this.#walk(
      start,
      (entry) => count < MOST && entry.name !== ".git",
      (entry, path) => {
        if (count >= MOST || !entry.isFile() || !this.#isLookedFor(entry.name)) return;
        count += 1;
        example ??= this.#name(path);
      },
    );
    return example === undefined ? [] : [{ path: name, count, example }];
  }

  #isLookedFor(name: string): boolean {
    return this.#scanners.some((scanner) => {
      if (scanner === "vuln") return LOCK_FILES.test(name);
      return scanner === "misconfig" ? CONFIG_FILES.test(name) : true;
    });
  }

  #name(path: string): string {
    return relative(this.#root, path).split(sep).join("/");
  }
}

/** Undefined: it is not a folder, or is not there. */
function realFolder(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

function isInside(root: string, path: string): boolean {
  const [first] = relative(root, path).split(sep);
  return first !== ".." && !isAbsolute(relative(root, path));
}

function linkAt(path: string, root: string): { path: string; to: string } {
  let to = "a file that cannot be read";
  try {
    to = readlinkSync(path);
  } catch {
    // It was there a moment ago. What it led to does not matter.
  }
  return { path: relative(root, path).split(sep).join("/"), to };
}

/** Undefined: it is not a regular file any more. */
function requirementsIn(file: string, path: string): RequirementsFile | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  if (text === "too large") return { path, requirements: [], unread: `it is larger than ${LARGEST} bytes` };
  return { path, requirements: parseRequirements(text.text) };
}

function textOf(file: string): { readonly text: string } | "too large" | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(handle);
    if (!stat.isFile()) return undefined;
    const buffer = Buffer.alloc(LARGEST + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(handle, buffer, length, buffer.length - length, null);
    return length > LARGEST ? "too large" : { text: buffer.toString("utf8", 0, length) };
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/**
 * The packages that a `requirements.txt` asks for, by pip's rules
 * (https://pip.pypa.io/en/stable/reference/requirements-file-format/): a backslash joins lines, ` #` begins a comment,
 * `-r` and `-e` name more of them, and other options none.
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

/** Name, extras, and what begins the version or a marker (PEP 508). */
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
