import { posix } from "node:path";
import { hasLogin } from "../../../domain/secrets/logins.ts";
import type { GateError } from "../../../system/errors.ts";
import { elsewhere, faultAt, tooLarge } from "../../fault.ts";
import type { SourceFiles } from "../files.ts";
import { child, type Mapping, readDocuments, text, type Value } from "../yaml.ts";
import { MANIFEST, type ManifestAccess } from "./manifests.ts";

// Only Kustomize knows the result of a kustomization. This module finds the folders that a kustomization uses.
// Kustomize gets copies of them. Addresses are refused before it starts.

/** The names that Kustomize looks for. */
export const KUSTOMIZATIONS = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** Maximum number of kustomizations that one may use. */
const MAX_KUSTOMIZATIONS = 5000;

/**
 * Fields without names of files to read (Kustomize's `types/kustomization.go`), in lower case: Kustomize accepts any
 * case.
 */
const NO_PATHS = new Set(
  "apiversion kind metadata nameprefix namesuffix namespace commonlabels labels commonannotations images imagetags replicas vars sortoptions generatoroptions buildmetadata".split(
    " ",
  ),
);
/** Keys without names of files to read, in the items of other fields. */
const NO_PATHS_IN_ITEMS = new Set(["patch", "literals", "target", "options", "source", "targets", "name", "namespace"]);
/** Fields with paths of files and folders. */
const OBJECTS = new Set(["resources", "bases", "components"]);
/** Fields whose objects configure plugins, and may name addresses. */
const SETTINGS = new Set(["generators", "transformers", "validators"]);

/** True if a document is Kustomize's own, and not an object that only has its name (Flux has such a kind). */
export function isKustomization(document: Mapping | undefined): boolean {
  const version = text(child(document, "apiVersion"));
  return version === undefined || version === "" || version.startsWith("kustomize.config.k8s.io/");
}

/** True if it only adds to other kustomizations. */
export function isComponent(document: Mapping | undefined): boolean {
  return text(child(document, "kind")) === "Component";
}

/**
 * The only document of a kustomization file.
 * @throws GateError `discovery-manifest-invalid`
 */
export function kustomizationIn(file: string, { files, found }: ManifestAccess): Mapping | undefined {
  const [document, second] = readDocuments(files.text(file), file, MANIFEST, found);
  if (document === undefined) return undefined;
  // Go folds letters of other alphabets into these.
  const isOne = document.kind === "mapping" && second === undefined;
  if (isOne && [...document.entries.keys()].every((key) => /^[a-z0-9]+$/i.test(key))) return document;
  const what = "a kustomization is one mapping, whose fields have names of plain letters";
  throw faultAt({ file, line: (second ?? document).line }, "discovery-manifest-invalid", what);
}

/** The kustomization in a folder. */
export function kustomizationOf(folder: string, files: SourceFiles): string | undefined {
  return KUSTOMIZATIONS.map((name) => posix.join(folder, name)).find((each) => files.exists(each));
}

/**
 * The folders that a kustomization reads, by their real paths: its own first, then those that it uses.
 * @throws GateError `discovery-remote`, `discovery-git-file`, `file-…`, `discovery-too-large`,
 * `discovery-manifest-invalid`
 */
export function foldersOf(file: string, access: ManifestAccess): ReadonlySet<string> {
  const walk: Walk = { access, folders: new Set(), seen: new Set() };
  enter(file, false, walk);
  return walk.folders;
}

interface Walk {
  readonly access: ManifestAccess;
  readonly folders: Set<string>;
  /** Each with its role: the objects of a transformer's folder are settings. */
  readonly seen: Set<string>;
}

interface FileContext {
  readonly file: string;
  readonly folder: string;
  /** Its objects are settings of generators and transformers. */
  readonly isSettings: boolean;
  readonly walk: Walk;
}

function enter(file: string, isSettings: boolean, walk: Walk): void {
  const key = JSON.stringify([file, isSettings]);
  if (walk.seen.has(key)) return;
  if (walk.seen.size === MAX_KUSTOMIZATIONS) throw tooLarge(`uses more than ${MAX_KUSTOMIZATIONS} kustomizations`);
  walk.seen.add(key);
  const document = kustomizationIn(file, walk.access);
  // Kustomize follows links to a folder, and its paths start where the link leads.
  const folder = walk.access.files.real(posix.dirname(file));
  walk.folders.add(folder);
  for (const [key, value] of document?.entries ?? []) {
    const name = key.toLowerCase();
    const here = { file, folder, isSettings: isSettings || SETTINGS.has(name), walk };
    if (OBJECTS.has(name) || SETTINGS.has(name))
      for (const each of value.kind === "list" ? value.items : [value]) use(each, SETTINGS.has(name), here);
    else if (!NO_PATHS.has(name)) refuseAddresses(value, here);
  }
}

/** Reads an item of a field of files and folders. Settings may be written there instead of their path. */
function use(value: Value, mayBeText: boolean, here: FileContext): void {
  const { file, isSettings, folder, walk } = here;
  const { files, found } = walk.access;
  const written = text(value) ?? "";
  const local = posix.join(folder, written);
  const read = (settings: string) => [...readDocuments(settings, file, MANIFEST, found)];
  // Kustomize reads anything that is not an object as a path.
  const mayBeInline = mayBeText && /[\n{]/.test(written) && !files.exists(local);
  const inline = mayBeInline ? read(written) : [];
  const isInline = inline.length > 0 && inline.every(({ kind }) => kind === "mapping");
  if (value.kind !== "scalar") refuseAddresses(value, here);
  // In a copy, a path that leads out could mean the workspace itself, or any other folder of the machine.
  else if (!isInline && (isRemote(written) || /^\.\.(?:\/|$)/.test(local))) throw remote(written, value, here);
  if (files.isFolder(local)) {
    const inner = kustomizationOf(files.real(local), files);
    if (inner !== undefined) enter(inner, isSettings, walk);
  } else if (isSettings && (isInline || files.exists(local)))
    for (const document of isInline ? inline : read(files.text(local))) refuseAddresses(document, here);
}

/** Any text that begins with a scheme is an address. A generator has `key=path` in its `files`. */
function refuseAddresses(value: Value, here: FileContext): void {
  if (value.kind === "list") for (const item of value.items) refuseAddresses(item, here);
  if (value.kind === "mapping")
    for (const [key, inner] of value.entries)
      if (here.isSettings || !NO_PATHS_IN_ITEMS.has(key.toLowerCase())) refuseAddresses(inner, here);
  const written = text(value) ?? "";
  if (/^(?:[^=]*=)?\s*[a-z][a-z0-9+.-]*:\/\//i.test(written)) throw remote(written, value, here);
}

/** Something that Kustomize would clone or download: an address, a host and a path, `host:path`, or a query. */
const REMOTE =
  /^(?:[a-z][a-z0-9+.-]*:|[^/]*@|(?:[^/]*\.)?(?:github|gitlab|bitbucket)\.[a-z]+(?:[/:]|$))|\/\/|\?(?:ref|version|timeout|submodules)=|^[^/]*:|_git\//i;

function isRemote(path: string): boolean {
  return REMOTE.test(path.trimStart()) || hasLogin(path, { isAddress: true });
}

function remote(path: string, { line }: Value, { file }: FileContext): GateError {
  return elsewhere({ file, line }, path);
}
