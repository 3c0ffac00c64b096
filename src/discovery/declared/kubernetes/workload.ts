import { parseReference } from "../../../domain/image/reference.ts";
import { joined } from "../../../domain/list-some.ts";
import type { SourceFiles } from "../files.ts";
import { type Gathering, type NamedImage, tooLarge } from "../gather.ts";
import { ambiguous, child, type Dialect, items, type Mapping, notRendered, text, type Value } from "../yaml.ts";

/** How manifests and kustomizations are read. */
export const MANIFEST: Dialect = { render: "helm template", agreed: true };

/** What a source may read, and what it has looked at. */
export interface Looking {
  readonly files: SourceFiles;
  readonly found: Gathering;
  readonly budget: Budget;
}

/** Counts values that were looked at: aliases can make one file have more than there are atoms. */
export interface Budget {
  left: number;
}

/** Maximum number of values of one source. */
const MAX_VISITS = 10_000_000;
const MAX_DEPTH = 500;
const MAX_CONTAINERS = 20_000;
/** Maximum number of places of one object that a note names. */
const MAX_NAMED = 5;

export function newBudget(): Budget {
  return { left: MAX_VISITS };
}

/** Counts one value. @throws GateError `discovery-too-large` */
export function visit(budget: Budget, depth: number): void {
  if (--budget.left < 0) throw tooLarge(`has more than ${MAX_VISITS} values, counting each alias as what it names`);
  if (depth > MAX_DEPTH) throw tooLarge(`has values that are nested deeper than ${MAX_DEPTH}`);
}

const POD_LISTS = new Set(["containers", "initContainers", "ephemeralContainers"]);
/** What Argo Workflows and Tekton call containers. */
const OTHER_LISTS = new Set(["steps", "sidecars"]);
const OTHER_ONES = new Set(["container", "script"]);

/** These hold the schema of objects, or files, and run nothing: kinds with the groups that make them so. */
const NOTHING_RUNS: ReadonlyMap<string, RegExp> = new Map([
  ["CustomResourceDefinition", /^(?:apiextensions\.k8s\.io\/.*)?$/],
  ["ConfigMap", /^(?:v1)?$/],
  ["Secret", /^(?:v1)?$/],
]);

/** The groups in which a template's objects are what OpenShift makes. */
const OPENSHIFT = /^(?:v1|template\.openshift\.io\/.*)?$/;

/** Objects by which something else installs what is not in them, by kind and the start of their apiVersion. */
const INSTALLERS: readonly (readonly [kind: string, group: string])[] = [
  ["HelmRelease", "helm.toolkit.fluxcd.io/"],
  ["Kustomization", "kustomize.toolkit.fluxcd.io/"],
  ["HelmChart", "helm.cattle.io/"],
  ["Application", "argoproj.io/"],
  ["ApplicationSet", "argoproj.io/"],
];

/**
 * API groups of Kubernetes itself, in which an image is always in a list of containers. Others end in `k8s.io` as well:
 * Spark's operator has `spec.image` in `sparkoperator.k8s.io`.
 */
const BUILT_IN = new RegExp(
  `^(?:v1|(?:${[
    "apps",
    "autoscaling",
    "batch",
    "extensions",
    "policy",
    "(?:admissionregistration|apiextensions|authentication|authorization|certificates|coordination|discovery)\\.k8s\\.io",
    "(?:events|flowcontrol\\.apiserver|internal\\.apiserver|networking|node|rbac\\.authorization)\\.k8s\\.io",
    "(?:apiregistration|resource|scheduling|storage|storagemigration)\\.k8s\\.io",
  ].join("|")})/.*)$`,
);

/** An object of a manifest, or what an item of a list is for kubectl. */
export interface ManifestObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly object: Mapping;
}

/**
 * The objects of a document: itself, or those that a list or an OpenShift template holds. What has `items` is a list
 * for kubectl, whatever its kind, and an item without a kind has that of its list (apimachinery,
 * `unstructuredJSONScheme`).
 * @throws GateError `discovery-manifest-ambiguous`
 */
export function objectsIn(document: Value, file: string, budget: Budget): ManifestObject[] {
  return objectsOf(document, { file, budget, depth: 0 });
}

interface Level {
  readonly file: string;
  readonly budget: Budget;
  readonly depth: number;
  /** The list around it. */
  readonly list?: ManifestObject;
}

function objectsOf(document: Value, level: Level): ManifestObject[] {
  visit(level.budget, level.depth);
  if (document.kind !== "mapping") return [];
  const own = nameAt(document, "kind", level.file);
  const apiVersion = nameAt(document, "apiVersion", level.file);
  const isInherited = own === undefined && apiVersion === undefined;
  const kind = isInherited ? level.list?.kind.replace(/List$/, "") : own;
  if (kind === undefined || kind === "") return [];
  const object = { kind, apiVersion: (isInherited ? level.list?.apiVersion : apiVersion) ?? "", object: document };
  const isTemplate = kind === "Template" && OPENSHIFT.test(object.apiVersion);
  const objects = isTemplate ? child(document, "objects") : undefined;
  const inner = child(document, "items") ?? objects;
  if (inner?.kind !== "list") return [object];
  return inner.items.flatMap((item) => objectsOf(item, { ...level, depth: level.depth + 1, list: object }));
}

/** A kind or an apiVersion: absent, or a text that is not empty. kubectl takes an empty one for none. */
function nameAt(object: Mapping, key: string, file: string): string | undefined {
  const value = object.entries.get(key);
  if (value === undefined) return undefined;
  const name = text(value);
  if (name === undefined || name === "" || (value.kind === "scalar" && value.otherwise))
    throw ambiguous({ file, line: value.line }, `${key} is empty, or no text for some`);
  return name;
}

/**
 * Reports what an object runs. Pod specs are found by their shape, so that custom kinds (Rollout, Knative's Service)
 * count too.
 * @returns the images as they are written
 */
export function reportObject({ kind, apiVersion, object }: ManifestObject, file: string, looking: Looking): string[] {
  const metadata = child(object, "metadata");
  const generated = text(child(metadata, "generateName"));
  const name = text(child(metadata, "name")) ?? (generated === undefined ? "?" : `${generated}*`);
  const place = joined("/", [text(child(metadata, "namespace")) ?? "", kind.toLowerCase(), name]);
  const isCustom = !BUILT_IN.test(apiVersion);
  const search: Search = {
    ...looking,
    file,
    said: `${file}: ${kind} ${name}`,
    place,
    isCustom,
    images: [],
    elsewhere: [],
  };
  const { said, found, images, elsewhere } = search;
  if (INSTALLERS.some(([each, group]) => kind === each && apiVersion.startsWith(group)))
    found.note(`${said} installs what is not in this file: the source kubectl finds what runs.`);
  if (NOTHING_RUNS.get(kind)?.test(apiVersion) !== true) find(object, [], search);
  if (elsewhere.length > 0)
    found.note(`${said} has an image that is in no list of containers, and does not count: ${elsewhere.join(", ")}.`);
  for (const image of images) found.image(image);
  return images.map(({ reference }) => reference);
}

interface Search extends Omit<Looking, "files"> {
  readonly file: string;
  /** The object in notes. */
  readonly said: string;
  /** Where its containers run, for people: `shop/deployment/web`. */
  readonly place: string;
  /** A kind that Kubernetes itself does not have. */
  readonly isCustom: boolean;
  readonly images: NamedImage[];
  /** Paths of images that are not a container's. */
  readonly elsewhere: string[];
}

function find(value: Value, path: readonly string[], search: Search): void {
  visit(search.budget, path.length);
  if (value.kind === "list") {
    for (const [index, item] of value.items.entries()) find(item, [...path, String(index)], search);
  }
  if (value.kind === "scalar" && search.isCustom && MANIFEST_IN_TEXT.test(text(value) ?? ""))
    addElsewhere(path, search);
  if (value.kind !== "mapping") return;
  for (const [key, inner] of value.entries) {
    addImages(key, inner, path, search);
    if (key === "volumes" && (search.isCustom || value.entries.has("containers"))) reportVolumes(inner, search);
    find(inner, [...path, key], search);
  }
}

/** A controller can be given a manifest as a text (`resource.manifest` of Argo Workflows). */
const MANIFEST_IN_TEXT = /\n[ \t]*(?:- )?["']?image["']?[ \t]*:/;

/** Adds what a key of the mapping at `path` runs. */
function addImages(key: string, value: Value, path: readonly string[], search: Search): void {
  if (POD_LISTS.has(key) || (search.isCustom && OTHER_LISTS.has(key))) {
    for (const [name, item] of containersIn(value)) reportContainer(item, key, name, search);
  } else if (!search.isCustom) return;
  else if (OTHER_ONES.has(key) && text(child(value, "image")) !== undefined)
    reportContainer(value, key, undefined, search);
  else if (/image/i.test(key) && !(key === "image" && isCounted(value, path))) noteElsewhere(key, value, path, search);
}

/** Some custom kinds have a mapping of containers by name. */
function containersIn(value: Value): Iterable<readonly [number | string, Value]> {
  return value.kind === "mapping" ? value.entries : items(value).entries();
}

/** Whether {@link reportContainer} or {@link reportVolumes} counts the `image` of the mapping at a path. */
function isCounted(image: Value, path: readonly string[]): boolean {
  const [list = "", last = ""] = path.slice(-2);
  if (list === "volumes") return child(image, "reference")?.kind === "scalar";
  return image.kind === "scalar" && (OTHER_ONES.has(last) || POD_LISTS.has(list) || OTHER_LISTS.has(list));
}

/**
 * An image that a custom kind keeps where only its controller looks: `spec.imageName`, `dockerImage`,
 * `image: {repository, tag}`.
 */
function noteElsewhere(key: string, value: Value, path: readonly string[], search: Search): void {
  const whole =
    value.kind === "scalar" ? value.text : (text(child(value, "repository")) ?? text(child(value, "name")) ?? "");
  const isPlain = key === "image" || value.kind === "mapping";
  const looksLike = parseReference(whole) !== undefined && (isPlain || /[:/@.]/.test(whole));
  if (looksLike || (key === "image" && text(value) !== undefined)) addElsewhere([...path, key], search);
}

function addElsewhere(path: readonly string[], { elsewhere }: Search): void {
  if (elsewhere.length < MAX_NAMED) elsewhere.push(path.join("."));
}

function reportContainer(item: Value, list: string, place: number | string | undefined, search: Search): void {
  const name = text(child(item, "name")) ?? String(place ?? list);
  const isReported = reportImage(child(item, "image"), name, search);
  // A step of a workflow may have no container.
  if (!isReported && POD_LISTS.has(list)) search.found.note(`${search.said}: the container ${name} names no image.`);
}

/** @returns whether there is one */
function reportImage(image: Value | undefined, name: string, { found, file, place, images }: Search): boolean {
  if (image?.kind !== "scalar" || image.text === "") return false;
  const spot = { file, line: image.line };
  if (text(image) === undefined || image.otherwise) found.problem(ambiguous(spot, "the image is not a text in quotes"));
  if (/\{\{|\{%/.test(image.text)) found.problem(notRendered(spot, MANIFEST.render));
  else images.push({ reference: image.text, name: `${place}/${name}`, spot });
  if (images.length > MAX_CONTAINERS) throw tooLarge(`has an object with more than ${MAX_CONTAINERS} containers`);
  return true;
}

/** Images that are mounted as volumes (Kubernetes 1.31). */
function reportVolumes(volumes: Value, search: Search): void {
  for (const volume of items(volumes)) {
    const name = `volumes/${text(child(volume, "name")) ?? "?"}`;
    reportImage(child(child(volume, "image"), "reference"), name, search);
  }
}
