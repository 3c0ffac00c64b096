import type { UnreadFile } from "../../../domain/coverage/gaps.ts";

/** What Trivy says while it scans and does not write into its report. */
export interface ScanWords {
  readonly unread: readonly UnreadFile[];
  /** Files that could not be read beyond those. */
  readonly unreadMore: number;
  /** Its debug lines have the form that is known: without them a file that could not be read is not told. */
  readonly understood: boolean;
  /** The releases of Alpine by whose repositories packages were matched. */
  readonly repositories: readonly string[];
  /** It does not know the system's release. */
  readonly releaseUnlisted: boolean;
  /** Packages of another system than the one named. */
  readonly skippedPackages: number;
  /** Warnings that mean nothing of what is known here. */
  readonly said: readonly string[];
}

/** More files that cannot be read are counted; more warnings are dropped. */
const MOST_UNREAD = 200;
const MOST_SAID = 10;
/** Longest text of Trivy's that is kept, in UTF-16 units. */
const LONGEST = 300;

const LINE = /^\S+\t(DEBUG|INFO|WARN|ERROR)\t(?:\[([^\]]{1,40})\] )?([^\t]*)(?:\t(.*))?$/s;

/**
 * Warnings that other rows say better, that every run has, or that are about what is looked for elsewhere. An advisory without
 * details is a finding all the same, of unknown severity.
 */
const HARMLESS =
  /^(?:Unable to get vulnerability details|No OS package is detected|e\.g\. files under|Unsupported os|This OS version is no longer supported|The vulnerability detection may be insufficient|Third-party SBOM may lead|Recommend using Trivy|Falling back to embedded checks|Unable to find python|Using severities from other vendors|For OSS Maintainers)/;

/**
 * Listens to what Trivy writes to stderr. The values in it are quoted by Go, but paths and errors come from the target: a
 * forged line can add a gap, and take none away.
 */
export class WordListener {
  readonly #unread = new Map<string, UnreadFile>();
  readonly #repositories = new Set<string>();
  readonly #said = new Set<string>();
  #unreadMore = 0;
  #understood = false;
  #releaseUnlisted = false;
  #skippedPackages = 0;

  line(text: string): void {
    // By far the most lines where secrets are looked for.
    if (text.includes("\tDEBUG\t[secret]")) return;
    const parts = LINE.exec(text);
    if (parts === null) return;
    const [, level = "", source = "", message = "", values = ""] = parts;
    if (level === "DEBUG") this.#understood = true;
    const file = unreadFile(level, source, message, values);
    if (file !== undefined) this.#cannotRead(file);
    else if (source === "alpine" && message.startsWith("Detecting vulnerabilities"))
      this.#repositories.add(goValue("repository", values) ?? "");
    else if (level === "WARN" || level === "ERROR") this.#warned(source, message, values);
  }

  words(): ScanWords {
    return {
      unread: [...this.#unread.values()],
      unreadMore: this.#unreadMore,
      understood: this.#understood,
      repositories: [...this.#repositories].filter((release) => release !== ""),
      releaseUnlisted: this.#releaseUnlisted,
      skippedPackages: this.#skippedPackages,
      said: [...this.#said],
    };
  }

  #cannotRead(file: UnreadFile): void {
    const key = `${file.kind}\0${file.path ?? file.why}`;
    if (this.#unread.has(key)) return;
    if (this.#unread.size < MOST_UNREAD) this.#unread.set(key, file);
    else if (file.kind !== "no-package") this.#unreadMore += 1;
  }

  #warned(source: string, message: string, values: string): void {
    if (message.startsWith("This OS version is not on the EOL list")) this.#releaseUnlisted = true;
    else if (message.startsWith("Some OS packages were skipped"))
      this.#skippedPackages += Math.max(1, Number(goValue("pkg_count", values)) || 0);
    else if (!HARMLESS.test(message) && this.#said.size < MOST_SAID) this.#said.add(spoken(source, message, values));
  }
}

/** The file that a line says could not be read. */
function unreadFile(level: string, source: string, message: string, values: string): UnreadFile | undefined {
  const why = goValue("err", values) ?? message;
  if (message === "Walk error" || message === "Analysis error")
    return packagesFile(goValue("file_path", values) ?? pathIn(why), why);
  if (level !== "WARN" && level !== "ERROR") return undefined;
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
  // Many a package has such a file in its own folders, with a name that is none or for its tests. The one that describes it
  // is another matter: Node.js loads a package whose description Trivy refuses for one odd field.
  const isOther = known !== undefined && /(?:^|\/)package\.json$/.test(known) && !describesPackage(known);
  const kind = isOther ? "no-package" : "packages";
  return { path: known, kind, why: shortened(reasonIn(why, path)) };
}

/** `node_modules/a/package.json`, and so on inwards: where npm, Yarn and pnpm put packages, and not where a package has its tests. */
function describesPackage(path: string): boolean {
  const [, ...folders] = `/${path}`.split("/node_modules/");
  const isPackage = (each: string) => /^(?:\.pnpm\/[^/]+|(?:@[^/]+\/)?[^/@.][^/]*)$/.test(each);
  return folders.length > 0 && folders.every((each) => isPackage(each.replace(/\/package\.json$/, "")));
}

/** Without a leading slash, as everywhere. */
function inTarget(path: string): string {
  return path.replace(/^\/+/, "");
}

/** `failed to parse b/package-lock.json: decode error: …` */
function pathIn(error: string): string | undefined {
  return /failed to parse ([^:\s][^:]*\/?[^:]*): /.exec(error)?.[1];
}

/** What comes after the path in an error that has it. */
function reasonIn(error: string, path: string | undefined): string {
  const at = path === undefined ? -1 : error.lastIndexOf(`${path}: `);
  return at === -1 ? error : error.slice(at + (path as string).length + 2);
}

/** The value of `name="…"`, read as Go writes it (`strconv.Quote`). */
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

/** What Go's errors say of the moment and of the program itself: it would make each of them a new one. */
const OF_THE_PROGRAM =
  /(?:^| )err\.(?:time|trace|stacktrace|span|duration|domain|tags)=(?:"(?:[^"\\]|\\.)*(?:"|$)|\S*)/gs;

function spoken(source: string, message: string, all: string): string {
  const values = all.replace(OF_THE_PROGRAM, "").trim();
  return shortened(`${source === "" ? "" : `${source}: `}${message}${values === "" ? "" : ` (${values})`}`);
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
