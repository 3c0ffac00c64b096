import { posix } from "node:path";
import { hasLogin } from "../../../domain/secrets/logins.ts";
import { GateError } from "../../../system/errors.ts";
import type { SourceFiles } from "../files.ts";
import { at, type Gathering, gathered, type Spot, shown, tooLarge } from "../gather.ts";
import { child, type Dialect, items, type Mapping, readDocuments, text, type Value } from "../yaml.ts";
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

/** What a kustomization names, with what those name in turn. */
export interface Inputs {
  /** Kustomizations that it is built from. */
  readonly kustomizations: ReadonlySet<string>;
  /** Its objects. */
  readonly manifests: ReadonlySet<string>;
  /** What changes objects. Kustomize accepts patches that change none. */
  readonly patches: ReadonlySet<string>;
  /** All files that it needs, by their own names. */
  readonly needed: ReadonlySet<string>;
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
const OBJECTS = ["resources", "bases", "components"];
/** What makes or changes objects. A file of them can name further files. */
const PLUGINS = ["generators", "transformers", "validators"];

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
  const walk: Walk = {
    looking,
    kustomizations: new Set(),
    manifests: new Set(),
    patches: new Set(),
    needed: new Set(),
    links: new Map(),
    seen: new Set(),
  };
  enter(file, walk);
  walk.kustomizations.delete(file);
  return walk;
}

interface Walk {
  readonly looking: Looking;
  readonly kustomizations: Set<string>;
  readonly manifests: Set<string>;
  readonly patches: Set<string>;
  readonly needed: Set<string>;
  readonly links: Map<string, string>;
  /** With what it is read as: the objects of a transformer's folder are settings. */
  readonly seen: Set<string>;
}

interface Here {
  readonly file: string;
  readonly folder: string;
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
  walk.kustomizations.add(file);
  need(file, walk);
  const document = kustomizationIn(file, walk.looking);
  // Kustomize follows links to a folder, and its paths start where the link leads.
  const here: Here = { file, folder: walk.looking.files.real(posix.dirname(file)), settingsOf, walk };
  for (const [field, value] of document?.entries ?? []) {
    if (OBJECTS.includes(field)) for (const one of items(value)) useObject(one, here);
    else if (PLUGINS.includes(field)) for (const one of items(value)) usePlugin(one, here);
    else if (!NO_PATHS.has(field)) usePaths(value, here);
  }
  for (const patch of patchesIn(document)) if (isFile(patch, here)) walk.patches.add(localPath(patch, here));
}

function useObject(value: Value, here: Here): void {
  const path = text(value);
  if (path === undefined) return;
  refuseRemote(path, value, { ...here, settingsOf: undefined });
  const local = localPath(path, here);
  const { files } = here.walk.looking;
  if (files.isFolder(local)) {
    const real = files.real(local);
    if (real !== local) here.walk.links.set(local, real);
    const inner = kustomizationOf(files.real(local), files);
    if (inner !== undefined) enter(inner, here.walk, here.settingsOf);
  } else if (files.exists(local)) {
    if (here.settingsOf === undefined) here.walk.manifests.add(local);
    need(local, here.walk);
    measure(local, here);
  }
}

/** A path, or the settings themselves. */
function usePlugin(value: Value, here: Here): void {
  const written = text(value);
  // Kustomize takes for a path what is not an object, whatever it looks like.
  const isPath = written !== undefined && (!/[\n{]/.test(written) || isThere(written, here));
  const settings: Here = { ...here, settingsOf: here.folder };
  if (isPath) useObject(value, settings);
  else if (written !== undefined) checkSettings(written, settings);
  else usePaths(value, settings);
}

function checkSettings(written: string, here: Here): void {
  for (const document of readDocuments(written, here.file, MANIFEST, here.walk.looking.found)) usePaths(document, here);
}

/** Refuses addresses and forbidden files among the texts of a value. */
function usePaths(value: Value, here: Here, depth = 0): void {
  visit(here.walk.looking.budget, depth);
  if (value.kind === "list") {
    for (const item of value.items) usePaths(item, here, depth + 1);
  } else if (value.kind === "mapping") {
    for (const [key, inner] of value.entries)
      if (here.settingsOf !== undefined || !NO_PATHS_IN_ITEMS.has(key.toLowerCase())) usePaths(inner, here, depth + 1);
  } else usePath(value, here);
}

function usePath(value: Value, here: Here): void {
  const written = text(value);
  if (written === undefined) return;
  const isLong = written.length > MAX_PATH;
  // `files` of a generator: `key=path`.
  for (const path of new Set([written, written.slice(written.indexOf("=") + 1)])) {
    // An address has no line break, and of a text that is too long for a path only one with a scheme is read.
    if (!path.includes("\n")) refuseRemote(path, value, isLong ? { ...here, settingsOf: here.folder } : here);
    if (isLong) continue;
    for (const folder of new Set([here.folder, here.settingsOf ?? here.folder])) {
      const from = { ...here, folder };
      if (isFile(path, from)) need(localPath(path, from), here.walk);
    }
  }
}

const FORBIDDEN = new Set(["discovery-too-large", "discovery-git-file", "file-outside-workspace"]);

/**
 * Reads a file that Kustomize will read, so that bounds hold for it and links are followed. What is wrong with it,
 * Kustomize says.
 */
function measure(local: string, here: Here): void {
  const { files, budget } = here.walk.looking;
  const { problem } = gathered(local, (found) => {
    for (const document of readDocuments(files.text(local), local, MANIFEST, found)) count(document, budget, 0);
  });
  if (problem !== undefined && FORBIDDEN.has(problem.code)) throw problem;
  if (here.settingsOf !== undefined)
    checkSettings(files.text(local), { ...here, file: local, folder: posix.dirname(local) });
}

function count(value: Value, budget: Budget, depth: number): void {
  visit(budget, depth);
  if (value.kind === "list") for (const item of value.items) count(item, budget, depth + 1);
  if (value.kind === "mapping") for (const item of value.entries.values()) count(item, budget, depth + 1);
}

/** @throws GateError `file-…`, `discovery-git-file` if it may not be read */
function need(file: string, { looking: { files }, needed, links }: Walk): void {
  files.require(file);
  const real = files.real(file);
  if (needed.size === MAX_FILES) throw tooLarge(`has a kustomization that reads more than ${MAX_FILES} files`);
  needed.add(real);
  if (real !== file) links.set(file, real);
}

function isThere(path: string, here: Here): boolean {
  return path.length <= MAX_PATH && here.walk.looking.files.exists(localPath(path, here));
}

function localPath(path: string, { folder }: Here): string {
  return posix.isAbsolute(path) ? path : posix.join(folder, path);
}

function isFile(path: string, here: Here): boolean {
  const { files } = here.walk.looking;
  const local = localPath(path, here);
  return files.exists(local) && !files.isFolder(local);
}

function patchesIn(document: Mapping | undefined): string[] {
  const paths = [
    ...["patches", "patchesjson6902"].flatMap((field) =>
      items(child(document, field)).map((one) => child(one, "path")),
    ),
    ...items(child(document, "patchesstrategicmerge")),
  ];
  return paths.map(text).filter((path) => path !== undefined && path.length <= MAX_PATH) as string[];
}

/** What Kustomize would clone or download: an address, with a host by itself, `host:path`, or a query. */
const REMOTE =
  /^(?:[a-z][a-z0-9+.-]*:|[^/]*@|(?:[^/]*\.)?(?:github|gitlab|bitbucket)\.[a-z]+(?:[/:]|$))|\/\/|\?(?:ref|version|timeout|submodules)=|^[^/]*:|_git\//i;

function refuseRemote(path: string, { line }: Value, { file, settingsOf }: Here): void {
  // A patch in one line.
  if (/^\s*[{[]/.test(path)) return;
  const isRemote =
    settingsOf !== undefined
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
