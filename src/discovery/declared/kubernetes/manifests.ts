import { joined } from "../../../domain/list-some.ts";
import { ambiguous, notRendered } from "../../fault.ts";
import { attempt, type Gathering } from "../../gather.ts";
import type { SourceFiles } from "../files.ts";
import { child, type Dialect, items, type Mapping, readDocuments, text, type Value } from "../yaml.ts";

/** How manifests and kustomizations are read. */
export const MANIFEST: Dialect = { agreed: true };

/** The files that a source may read, and the images and problems that it has found. */
export interface ManifestAccess {
  readonly files: SourceFiles;
  readonly found: Gathering;
}

/** A text of manifests. */
export interface ManifestText {
  /** Its name in messages. */
  readonly file: string;
  readonly read: () => string;
}

/** Reports the images of manifests. A manifest that cannot be read is a problem. */
export function reportManifests(texts: readonly ManifestText[], found: Gathering): void {
  for (const { file, read } of texts)
    attempt(found, () => {
      for (const document of readDocuments(read(), file, MANIFEST, found))
        attempt(found, () => {
          for (const object of objectsOf(document, file)) reportObject(object, file, found);
        });
    });
}

const POD_LISTS = new Set(["containers", "initContainers", "ephemeralContainers"]);
/** The keys of containers in Argo Workflows and Tekton. */
const OTHER_LISTS = new Set(["steps", "sidecars"]);
const OTHER_ONES = new Set(["container", "script"]);

/** Kinds that contain the schema of objects, or files, and run nothing, with their API groups. */
const NOTHING_RUNS: ReadonlyMap<string, RegExp> = new Map([
  ["CustomResourceDefinition", /^(?:apiextensions\.k8s\.io\/.*)?$/],
  ["ConfigMap", /^(?:v1)?$/],
  ["Secret", /^(?:v1)?$/],
]);

/** The groups in which OpenShift creates a template's objects. */
const OPENSHIFT = /^(?:v1|template\.openshift\.io\/.*)?$/;

/**
 * API groups of Kubernetes itself: names without a dot, and these. Other groups also end in `k8s.io`: Spark's operator
 * has `spec.image` in `sparkoperator.k8s.io`.
 */
const BUILT_IN = new RegExp(
  `^(?:v1$|[^./]+/|(?:${[
    "admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery",
    "events|flowcontrol\\.apiserver|internal\\.apiserver|networking|node|rbac\\.authorization",
    "resource|scheduling|storage|storagemigration",
  ].join("|")})\\.k8s\\.io/)`,
);

interface ManifestObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly object: Mapping;
}

/**
 * The objects of a document: itself, or the items of a list or an OpenShift template. For kubectl, any object with
 * `items` is a list. An item without a kind gets it from its list (apimachinery, `unstructuredJSONScheme`).
 * @throws GateError `discovery-manifest-ambiguous`
 */
function objectsOf(document: Value, file: string, list?: ManifestObject): ManifestObject[] {
  if (document.kind !== "mapping") return [];
  const own = nameAt(document, "kind", file);
  const ownVersion = nameAt(document, "apiVersion", file);
  const heir = own === undefined && ownVersion === undefined ? list : undefined;
  const kind = heir === undefined ? own : heir.kind.replace(/List$/, "");
  if (kind === undefined || kind === "") return [];
  const object = { kind, apiVersion: ownVersion ?? heir?.apiVersion ?? "", object: document };
  const isTemplate = kind === "Template" && OPENSHIFT.test(object.apiVersion);
  const inner = child(document, "items") ?? (isTemplate ? child(document, "objects") : undefined);
  if (inner?.kind !== "list") return [object];
  return inner.items.flatMap((item) => objectsOf(item, file, object));
}

/** A kind or an apiVersion: absent, or a text that is not empty. For kubectl, an empty one is missing. */
function nameAt(object: Mapping, key: string, file: string): string | undefined {
  const value = object.entries.get(key);
  if (value === undefined) return undefined;
  const name = text(value);
  if (name === undefined || name === "" || (value.kind === "scalar" && value.otherwise))
    throw ambiguous({ file, line: value.line }, `${key} is empty, or some programs do not read it as text`);
  return name;
}

interface Search {
  readonly file: string;
  readonly found: Gathering;
  /** The place of its containers, in messages: `shop/deployment/web`. */
  readonly place: string;
}

const OTHERS_RUN =
  "Of kinds that Kubernetes itself does not have, only lists of containers count. The source kubectl finds what their controllers run";
const WITHOUT_IMAGE = "Containers without an image do not count";

/**
 * Reports the images of an object. Pod specs are found by their shape, so custom kinds (Rollout, Knative's Service)
 * count, too.
 */
function reportObject({ kind, apiVersion, object }: ManifestObject, file: string, found: Gathering): void {
  if (NOTHING_RUNS.get(kind)?.test(apiVersion) === true) return;
  const metadata = child(object, "metadata");
  const generated = text(child(metadata, "generateName"));
  const name = text(child(metadata, "name")) ?? (generated === undefined ? "?" : `${generated}*`);
  const place = joined("/", [text(child(metadata, "namespace")) ?? "", kind.toLowerCase(), name]);
  if (apiVersion !== "" && !BUILT_IN.test(apiVersion)) found.note(OTHERS_RUN, kind);
  find(object, { file, found, place });
}

function find(value: Value, search: Search): void {
  for (const item of items(value)) find(item, search);
  if (value.kind !== "mapping") return;
  for (const [key, inner] of value.entries) {
    if (POD_LISTS.has(key) || OTHER_LISTS.has(key))
      for (const [name, item] of containersIn(inner)) reportContainer(item, key, name, search);
    else if (OTHER_ONES.has(key) && text(child(inner, "image")) !== undefined) reportContainer(inner, key, key, search);
    else if (key === "volumes") reportVolumes(inner, search);
    find(inner, search);
  }
}

/** Some custom kinds have a mapping of containers by name. */
function containersIn(value: Value): Iterable<readonly [number | string, Value]> {
  return value.kind === "mapping" ? value.entries : items(value).entries();
}

function reportContainer(item: Value, list: string, index: number | string, search: Search): void {
  const name = text(child(item, "name")) ?? String(index);
  const isReported = reportImage(child(item, "image"), name, search);
  // A step of a workflow may have no container.
  if (!isReported && POD_LISTS.has(list)) search.found.note(WITHOUT_IMAGE, `${search.place}/${name}`);
}

/** @returns true if there is one */
function reportImage(image: Value | undefined, name: string, { found, file, place }: Search): boolean {
  if (image?.kind !== "scalar" || image.text === "") return false;
  const spot = { file, line: image.line };
  if (text(image) === undefined || image.otherwise) found.problem(ambiguous(spot, "the image is not a text in quotes"));
  if (/\{\{|\{%/.test(image.text)) found.problem(notRendered(spot));
  else found.image({ reference: image.text, name: `${place}/${name}`, spot });
  return true;
}

/** Images that are mounted as volumes (Kubernetes 1.31). */
function reportVolumes(volumes: Value, search: Search): void {
  for (const volume of items(volumes)) {
    const name = `volumes/${text(child(volume, "name")) ?? "?"}`;
    reportImage(child(child(volume, "image"), "reference"), name, search);
  }
}
