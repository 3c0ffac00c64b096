import { posix } from "node:path";
import { hasLogin } from "../../../domain/secrets/logins.ts";
import { GateError } from "../../../system/errors.ts";
import type { SourceFiles } from "../files.ts";
import { at, type Gathering, type Spot, shown, tooLarge } from "../gather.ts";
import { child, type Dialect, type Mapping, readDocuments, text, type Value } from "../yaml.ts";
import { type Budget, visit } from "./workload.ts";

// Only Kustomize knows what a kustomization makes. This module reads which files and addresses it names. Addresses,
// `.git` and what lies outside of the workspace are refused before Kustomize starts. A manifest counts through a
// kustomization only if that names it.

/** The names that Kustomize looks for. */
export const KUSTOMIZATIONS = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** How manifests and kustomizations are read. */
export const MANIFEST: Dialect = { render: "helm template", agreed: true };

/** What a source may read, and what it has looked at. */
export interface Looking {
  readonly files: SourceFiles;
  readonly found: Gathering;
  readonly budget: Budget;
}

/** What a kustomization reads, with what is named by that in turn. */
export interface Inputs {
  /** All files, by their own names. */
  readonly needed: ReadonlySet<string>;
  /** The same files, by the names that they are called. */
  readonly used: ReadonlySet<string>;
  /** The names by which they and their folders are called, where these are links: to their own names. */
  readonly links: ReadonlyMap<string, string>;
}

/** Maximum number of kustomizations that one may use, and of files that are read. */
const MAX_KUSTOMIZATIONS = 5000;
const MAX_FILES = 10_000;
/** A longer text is not a path. */
const MAX_PATH = 4096;

/** Fields that name nothing that is read (Kustomize's `types/kustomization.go`), in lower case. */
const NO_PATHS = new Set(
  [
    "apiversion kind metadata nameprefix namesuffix namespace commonlabels labels commonannotations images imagetags replicas",
    "vars sortoptions generatoroptions buildmetadata",
  ].flatMap((line) => line.split(" ")),
);
/** Keys of the items of other fields that name nothing that is read. */
const NO_PATHS_IN_ITEMS = new Set(["patch", "literals", "target", "options", "source", "targets", "name", "namespace"]);
/** Fields of files and folders. Settings are those of what makes or changes objects, and name further files. */
const FOLDERS: ReadonlyMap<string, "objects" | "settings"> = new Map([
  ["resources", "objects"],
  ["bases", "objects"],
  ["components", "objects"],
  ["generators", "settings"],
  ["transformers", "settings"],
  ["validators", "settings"],
]);

/** Whether a document is Kustomize's own, and not an object that only has its name (Flux has such a kind). */
export function isKustomization(document: Mapping | undefined): boolean {
  const version = text(child(document, "apiversion"));
  return version === undefined || version === "" || version.startsWith("kustomize.config.k8s.io/");
}

/** Whether it only adds to others. */
export function isComponent(document: Mapping | undefined): boolean {
  return text(child(document, "kind")) === "Component";
}

/**
 * The only document of a kustomization file, with the keys of its top level in lower case: Kustomize takes them in any.
 * @throws GateError `discovery-manifest-invalid`
 */
export function kustomizationIn(file: string, { files, found }: Looking): Mapping | undefined {
  const [document, second] = readDocuments(files.text(file), file, MANIFEST, found);
  if (document === undefined) return undefined;
  if (document.kind !== "mapping" || second !== undefined)
    throw wrong({ file, line: (second ?? document).line }, "a kustomization is one mapping");
  const entries = new Map<string, Value>();
  for (const [key, value] of document.entries) {
    const lower = key.toLowerCase();
    // Go folds letters of other alphabets into these.
    if (!/^[a-z0-9]+$/.test(lower) || entries.has(lower))
      throw wrong({ file, line: value.line }, `the key ${shown(key)} is no field, or stands twice`);
    entries.set(lower, value);
  }
  return { ...document, entries };
}

/** The kustomization in a folder. */
export function kustomizationOf(folder: string, files: SourceFiles): string | undefined {
  return KUSTOMIZATIONS.map((name) => posix.join(folder, name)).find((each) => files.exists(each));
}

/**
 * What a kustomization names.
 * @throws GateError `discovery-remote`, `discovery-git-file`, `file-outside-workspace`, `discovery-too-large`,
 * `discovery-manifest-invalid`
 */
export function inputsOf(file: string, looking: Looking): Inputs {
  const walk: Walk = { looking, needed: new Set(), used: new Set(), links: new Map(), seen: new Set() };
  enter(file, walk);
  return walk;
}

interface Walk {
  readonly looking: Looking;
  readonly needed: Set<string>;
  readonly used: Set<string>;
  readonly links: Map<string, string>;
  /** With what it is read as: the objects of a transformer's folder are settings. */
  readonly seen: Set<string>;
}

interface Here {
  readonly file: string;
  readonly folder: string;
  /** What a text of a field means: a path of a file or folder of objects or of settings; absent: a path of a file. */
  readonly field?: "objects" | "settings" | undefined;
  /**
   * Its objects are settings of generators and transformers, which can name files. Their paths start at this folder,
   * where the kustomization lies that uses them, wherever the settings are.
   */
  readonly settingsOf?: string | undefined;
  readonly walk: Walk;
}

function enter(file: string, walk: Walk, settingsOf?: string): void {
  const link = JSON.stringify([file, settingsOf]);
  if (walk.seen.has(link)) return;
  if (walk.seen.size === MAX_KUSTOMIZATIONS) throw tooLarge(`uses more than ${MAX_KUSTOMIZATIONS} kustomizations`);
  walk.seen.add(link);
  need(file, walk);
  const document = kustomizationIn(file, walk.looking);
  // Kustomize follows links to a folder, and its paths start where the link leads.
  const folder = walk.looking.files.real(posix.dirname(file));
  for (const [name, value] of document?.entries ?? []) {
    const field = FOLDERS.get(name);
    const here = { file, folder, field, settingsOf: field === "settings" ? folder : settingsOf, walk };
    if (!NO_PATHS.has(name)) useAll(value, here);
  }
}

/** Looks at the texts of a value. */
function useAll(value: Value, here: Here, depth = 0): void {
  visit(here.walk.looking.budget, depth);
  if (value.kind === "list") {
    for (const item of value.items) useAll(item, here, depth + 1);
  } else if (value.kind === "mapping") {
    // Settings can be in the place of their path.
    const inside = { ...here, field: undefined };
    for (const [key, inner] of value.entries)
      if (here.settingsOf !== undefined || !NO_PATHS_IN_ITEMS.has(key.toLowerCase())) useAll(inner, inside, depth + 1);
  } else use(value, text(value) ?? "", here);
}

/** A text that can be a path. `files` of a generator have `key=path`. */
function use(value: Value, written: string, here: Here): void {
  const { files } = here.walk.looking;
  const isLong = written.length > MAX_PATH;
  // Kustomize takes for a path what is not an object, whatever it looks like.
  const isInline =
    here.field === "settings" && /[\n{]/.test(written) && (isLong || !files.exists(localPath(written, here)));
  if (isInline) {
    useSettings(written, here);
    return;
  }
  const isLoose = here.field === undefined && (isLong || here.settingsOf !== undefined);
  for (const path of new Set([written, written.slice(written.indexOf("=") + 1)])) {
    // An address has no line break, and of a text that is too long for a path only one with a scheme is read.
    if (here.field !== undefined || !path.includes("\n")) refuseRemote(path, value, here.file, isLoose);
    if (isLong) continue;
    for (const folder of new Set([here.folder, here.settingsOf ?? here.folder]))
      usePath(localPath(path, { folder }), here);
  }
}

function usePath(local: string, here: Here): void {
  const { files } = here.walk.looking;
  if (files.isFolder(local)) {
    if (here.field === undefined) return;
    const real = files.real(local);
    if (real !== local) here.walk.links.set(local, real);
    const inner = kustomizationOf(real, files);
    if (inner !== undefined) enter(inner, here.walk, here.settingsOf);
  } else if (files.exists(local)) {
    need(local, here.walk);
    if (here.field !== undefined && here.settingsOf !== undefined)
      useSettings(files.text(local), { ...here, file: local, folder: posix.dirname(local) });
  }
}

function useSettings(written: string, here: Here): void {
  const inside = { ...here, field: undefined };
  for (const document of readDocuments(written, here.file, MANIFEST, here.walk.looking.found)) useAll(document, inside);
}

/** @throws GateError `file-…`, `discovery-git-file` if it may not be read */
function need(file: string, { looking: { files }, needed, used, links }: Walk): void {
  files.require(file);
  const real = files.real(file);
  if (needed.size === MAX_FILES) throw tooLarge(`has a kustomization that reads more than ${MAX_FILES} files`);
  needed.add(real);
  used.add(file);
  if (real !== file) links.set(file, real);
}

function localPath(path: string, { folder }: Pick<Here, "folder">): string {
  return posix.isAbsolute(path) ? path : posix.join(folder, path);
}

/** What Kustomize would clone or download: an address, with a host by itself, `host:path`, or a query. */
const REMOTE =
  /^(?:[a-z][a-z0-9+.-]*:|[^/]*@|(?:[^/]*\.)?(?:github|gitlab|bitbucket)\.[a-z]+(?:[/:]|$))|\/\/|\?(?:ref|version|timeout|submodules)=|^[^/]*:|_git\//i;

/** @param isLoose only what begins with a scheme is an address */
function refuseRemote(path: string, { line }: Value, file: string, isLoose: boolean): void {
  // A patch in one line.
  if (/^\s*[{[]/.test(path)) return;
  const isRemote = isLoose
    ? /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(path)
    : REMOTE.test(path.trimStart()) || hasLogin(path, { isAddress: true });
  if (!isRemote) return;
  throw new GateError(
    "discovery-remote",
    `${at({ file, line })}: ${shown(path)} lies elsewhere, and only files of the workspace are read`,
    "Write `kustomize build` (or `kubectl kustomize`) into a file, and name that file by kubernetes:PATH.",
  );
}

/** A kustomization is wrong. */
function wrong(spot: Spot, what: string): GateError {
  return new GateError(
    "discovery-manifest-invalid",
    `${at(spot)}: ${what}`,
    "Correct the file; `kubectl kustomize` checks it.",
  );
}
