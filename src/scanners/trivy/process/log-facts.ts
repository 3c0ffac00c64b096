import { isPackagePlace } from "../../../domain/coverage/silent-rules.ts";
import type { UnreadFile } from "../../../domain/coverage.ts";
import { clipped } from "../../../domain/one-line.ts";
import { withoutUrlLogins } from "../../../domain/secrets/mask-secrets.ts";

/** Facts that Trivy logs during a scan but does not write into its report. */
export type LogFacts = ReturnType<LogListener["facts"]>;

/** Further unreadable files are only counted, and further warnings are dropped. */
const MOST_UNREAD = 200;
const MOST_SAID = 10;
/** Longest text from Trivy that we keep, in UTF-16 code units. */
const LONGEST = 300;

const LINE = /^\S+\t(DEBUG|INFO|WARN|ERROR)\t(?:\[([^\]]{1,40})\] )?([^\t]*)(?:\t(.*))?$/s;

/**
 * Warnings that other rows express better, that occur in every run, or whose subject is covered elsewhere. An advisory
 * without details is still a finding, with unknown severity.
 */
const HARMLESS =
  /^(?:Unable to get vulnerability details|No OS package is detected|e\.g\. files under|Unsupported os|This OS version is no longer supported|The vulnerability detection may be insufficient|Third-party SBOM may lead|Recommend using Trivy|Falling back to embedded checks|Unable to find python|Multiple OS components are not supported|Ignore the OS package as no OS|Using severities from other vendors|For OSS Maintainers)/;

/**
 * Listens to what Trivy writes to stderr. Go quotes the values in it, but paths and errors come from the target: a
 * forged line can add a gap, but cannot remove one.
 */
export class LogListener {
  readonly #unread = new Map<string, UnreadFile>();
  /** Alpine releases whose repositories decided the matching of packages. */
  readonly #repositories = new Set<string>();
  /** Types of packages that it has no advisories for, by its own message. */
  readonly #unsupportedTypes = new Set<string>();
  /** Warnings that no rule here covers. */
  readonly #otherWarnings = new Set<string>();
  /** Versions that it could not compare with the advisories for their packages, as the document writes them. */
  readonly #unreadVersions = new Set<string>();
  /** The reason why a system package's version could not be compared. Trivy does not name the package. */
  #unreadSystemVersion: string | undefined;
  /** True if dependencies for development were left out. */
  #withoutDevelopment = false;
  /**
   * `unreadMore`: number of further unreadable files. `understood`: its debug lines have the known format; otherwise,
   * we would miss such files. `releaseUnlisted`: it does not know the system's release. `skippedPackages`: number of
   * packages of another system than the named one.
   */
  readonly #told = { unreadMore: 0, understood: false, releaseUnlisted: false, skippedPackages: 0 };

  line(text: string): void {
    // If secrets are looked for, these lines are by far the most.
    if (text.includes("\tDEBUG\t[secret]")) return;
    const parts = LINE.exec(text);
    if (parts === null) return;
    const [, level = "", source = "", message = "", values = ""] = parts;
    if (level === "DEBUG") this.#told.understood = true;
    const file = unreadFile(level, source, message, values);
    const why = /installed package version/i.test(message) ? (goValue("err", values) ?? message) : undefined;
    if (why !== undefined) this.#unreadSystemVersion ??= shortened(why);
    else if (file !== undefined) this.#cannotRead(file);
    else if (source === "alpine" && message.startsWith("Detecting vulnerabilities"))
      this.#repositories.add(goValue("repository", values) ?? "");
    else if (message.startsWith("Suppressing dependencies for development")) this.#withoutDevelopment = true;
    else if (level === "WARN" || level === "ERROR") this.#warned(source, message, values);
  }

  facts() {
    return {
      unread: [...this.#unread.values()] as readonly UnreadFile[],
      ...this.#told,
      repositories: [...this.#repositories].filter((release) => release !== ""),
      unsupportedTypes: [...this.#unsupportedTypes],
      unreadVersions: [...this.#unreadVersions],
      unreadSystemVersion: this.#unreadSystemVersion,
      withoutDevelopment: this.#withoutDevelopment,
      otherWarnings: [...this.#otherWarnings],
    };
  }

  #cannotRead(file: UnreadFile): void {
    const key = `${file.kind}\0${file.path ?? file.why}`;
    if (this.#unread.has(key)) return;
    if (this.#unread.size < MOST_UNREAD) this.#unread.set(key, file);
    else if (file.kind !== "no-package") this.#told.unreadMore += 1;
  }

  #warned(source: string, message: string, values: string): void {
    const type = /^The library type is not supported/.test(message) ? goValue("type", values) : undefined;
    if (type !== undefined && this.#unsupportedTypes.size < MOST_UNREAD) this.#unsupportedTypes.add(type);
    const versions = message === "Version matching error" ? unreadVersions(goValue("err", values)) : [];
    if (versions.length > 0) for (const version of versions) this.#unreadVersions.add(version);
    else if (message.startsWith("This OS version is not on the EOL list")) this.#told.releaseUnlisted = true;
    else if (message.startsWith("Some OS packages were skipped"))
      this.#told.skippedPackages += Math.max(1, Number(goValue("pkg_count", values)) || 0);
    else if (!HARMLESS.test(message) && this.#otherWarnings.size < MOST_SAID)
      this.#otherWarnings.add(spoken(source, message, values));
  }
}

/** The file that could not be read, according to a line. */
function unreadFile(level: string, source: string, message: string, values: string): UnreadFile | undefined {
  const why = goValue("err", values) ?? message;
  if (message === "Walk error" || message === "Analysis error")
    return packagesFile(goValue("file_path", values) ?? pathIn(why), why);
  if (level !== "WARN" && level !== "ERROR") return undefined;
  // Of an SBOM. It is a component that could not be parsed, and not a file.
  if (message === "Failed to parse component") return { kind: "packages", why: shortened(why) };
  if (/scanner\]?$/.test(source)) {
    const path = goValue("file_path", values);
    return { path: path && inTarget(path), kind: "config", why: shortened(why) };
  }
  if (/parse error|failed to parse/i.test(message))
    return packagesFile(goValue("file_path", values) ?? pathIn(why), why);
  return undefined;
}

function packagesFile(path: string | undefined, why: string): UnreadFile {
  const known = path && inTarget(path);
  // Many packages contain such files in their own folders, for tests or without a valid name. The package's own
  // package.json is different: Node.js loads a package even if Trivy refuses its package.json because of one odd field.
  const isOther = known !== undefined && /(?:^|\/)package\.json$/.test(known) && !isPackagePlace(known);
  const kind = isOther ? "no-package" : "packages";
  return { path: known, kind, why: shortened(reasonIn(why, path)) };
}

/** Without a leading slash, as in all paths here. */
function inTarget(path: string): string {
  return path.replace(/^\/+/, "");
}

/** Highest number of versions that one error may contain. */
const MOST_READINGS = 1_000;

/**
 * The version in `npm version error (latest): invalid semantic version`. If the version itself contains the text after
 * it, each possible end counts. Empty: an advisory's own range is at fault.
 */
function unreadVersions(error = ""): string[] {
  const start = /\bversion error \(/.exec(error);
  if (start === null) return [];
  const rest = error.slice(start.index + start[0].length);
  return [...rest.matchAll(/\): /g)].slice(0, MOST_READINGS).map(({ index }) => rest.slice(0, index));
}

const PARSING = "failed to parse ";

/** `failed to parse b/package-lock.json: decode error: …` */
function pathIn(error: string): string | undefined {
  // A path has no colon. Searches from the last start before each colon, since trying each start would take too long.
  for (const part of error.split(/(?<=: )/)) {
    const [before = ""] = part.endsWith(": ") ? part.slice(0, -2).split(":").slice(-1) : [];
    const start = before.indexOf(PARSING);
    const path = start === -1 ? "" : before.slice(start + PARSING.length);
    if (/^\S/.test(path)) return path;
  }
  return undefined;
}

/** The text after the path in an error that contains it. */
function reasonIn(error: string, path: string | undefined): string {
  const at = path === undefined ? -1 : error.lastIndexOf(`${path}: `);
  return at === -1 ? error : error.slice(at + (path as string).length + 2);
}

/** The value of `name="…"`, parsed as Go writes it (`strconv.Quote`). */
function goValue(name: string, values: string): string | undefined {
  const found = new RegExp(`(?:^| )${name}=(?:"((?:[^"\\\\]|\\\\.)*)"?|(\\S*))`, "s").exec(values);
  if (found === null) return undefined;
  const [, quoted, bare] = found;
  return quoted === undefined ? bare : unquoted(quoted);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };

function unquoted(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gs, (whole, written: string) => {
    if (written.length > 1) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
    return ESCAPES[written] ?? whole;
  });
}

/** Parts of Go's errors that depend on the moment or the program itself: they would make every error look new. */
const OF_THE_PROGRAM =
  /(?:^| )err\.(?:time|trace|stacktrace|span|duration|domain|tags)=(?:"(?:[^"\\]|\\.)*(?:"|$)|\S*)/gs;

function spoken(source: string, message: string, all: string): string {
  const values = all.replace(OF_THE_PROGRAM, "").trim();
  return shortened(`${source === "" ? "" : `${source}: `}${message}${values === "" ? "" : ` (${values})`}`);
}

/** A text from the target or from Trivy, in a form that may be shown. */
export function shortened(untrusted: string): string {
  const text = withoutUrlLogins(untrusted);
  return clipped(text, LONGEST);
}

/**
 * True if a line says that Trivy met a jar and has no Java database. It has used this text since the first version with
 * such a database. A target can forge such a line, which only costs an unnecessary database.
 */
export function needsJavaDatabase(line: string): boolean {
  return /^\S+\t(?:ERROR|FATAL)\t/.test(line) && line.includes("[javadb] The first run cannot skip");
}
