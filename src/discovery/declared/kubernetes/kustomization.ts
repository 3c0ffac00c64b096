import { posix } from "node:path";
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
}

/** So many kustomizations may be used by one. */
const MAX_KUSTOMIZATIONS = 5000;
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
  const walk: Walk = { looking, kustomizations: new Set(), manifests: new Set(), patches: new Set(), seen: new Set() };
  enter(file, false, walk);
  walk.kustomizations.delete(file);
  return walk;
}

interface Walk {
  readonly looking: Looking;
  readonly kustomizations: Set<string>;
  readonly manifests: Set<string>;
  readonly patches: Set<string>;
  /** With what it is read as: the objects of a transformer's folder are settings. */
  readonly seen: Set<string>;
}

interface Here {
  readonly file: string;
  readonly folder: string;
  /** Its objects are settings of generators and transformers, which can name files. */
  readonly isPlugin: boolean;
  readonly walk: Walk;
}

function enter(file: string, isPlugin: boolean, walk: Walk): void {
  const link = `${isPlugin} ${file}`;
  if (walk.seen.has(link)) return;
  if (walk.seen.size === MAX_KUSTOMIZATIONS) throw tooLarge(`uses more than ${MAX_KUSTOMIZATIONS} kustomizations`);
  walk.seen.add(link);
  walk.kustomizations.add(file);
  const document = kustomizationIn(file, walk.looking);
  // Kustomize follows links to a folder, and its paths start where the link leads.
  const here: Here = { file, folder: walk.looking.files.real(posix.dirname(file)), isPlugin, walk };
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
  refuseRemote(path, value, { ...here, isPlugin: false });
  const local = localPath(path, here);
  const { files } = here.walk.looking;
  if (files.isFolder(local)) {
    const inner = kustomizationOf(files.real(local), files);
    if (inner !== undefined) enter(inner, here.isPlugin, here.walk);
  } else if (files.exists(local)) {
    if (!here.isPlugin) here.walk.manifests.add(local);
    measure(local, here);
  }
}

/** A path, or the settings themselves. */
function usePlugin(value: Value, here: Here): void {
  const written = text(value);
  const isPath = written !== undefined && !/[\n{]/.test(written);
  if (isPath) useObject(value, { ...here, isPlugin: true });
  else if (written !== undefined) checkSettings(written, here.file, here);
  else usePaths(value, { ...here, isPlugin: true });
}

function checkSettings(written: string, file: string, here: Here): void {
  for (const document of readDocuments(written, file, MANIFEST, here.walk.looking.found))
    usePaths(document, { ...here, file, isPlugin: true });
}

/** Refuses addresses and forbidden files among the texts of a value. */
function usePaths(value: Value, here: Here, depth = 0): void {
  visit(here.walk.looking.budget, depth);
  if (value.kind === "list") {
    for (const item of value.items) usePaths(item, here, depth + 1);
  } else if (value.kind === "mapping") {
    for (const [key, inner] of value.entries)
      if (here.isPlugin || !NO_PATHS_IN_ITEMS.has(key.toLowerCase())) usePaths(inner, here, depth + 1);
  } else usePath(value, here);
}

function usePath(value: Value, here: Here): void {
  const written = text(value);
  if (written === undefined || written.includes("\n")) return;
  const isLong = written.length > MAX_PATH;
  // `files` of a generator: `key=path`.
  for (const path of new Set([written, written.slice(written.indexOf("=") + 1)])) {
    // In a text other than a path, an address begins with its scheme.
    refuseRemote(path, value, isLong ? { ...here, isPlugin: true } : here);
    if (!isLong && isFile(path, here)) here.walk.looking.files.require(localPath(path, here));
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
  if (here.isPlugin) checkSettings(files.text(local), local, { ...here, file: local, folder: posix.dirname(local) });
}

function count(value: Value, budget: Budget, depth: number): void {
  visit(budget, depth);
  if (value.kind === "list") for (const item of value.items) count(item, budget, depth + 1);
  if (value.kind === "mapping") for (const item of value.entries.values()) count(item, budget, depth + 1);
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

function refuseRemote(path: string, { line }: Value, { file, isPlugin }: Here): void {
  // A patch in one line.
  if (/^\s*[{[]/.test(path)) return;
  const isRemote = isPlugin ? /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(path) : REMOTE.test(path.trimStart());
  if (!isRemote) return;
  throw new GateError(
    "discovery-remote",
    `${at({ file, line })}: ${shown(path)} lies elsewhere, and only files of the workspace are read`,
    "Let a step write `kustomize build` (or `kubectl kustomize`) into a file, and name that file by kubernetes:PATH.",
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
