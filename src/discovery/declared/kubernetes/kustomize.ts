import { posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import type { SourceFiles } from "../files.ts";
import { at, type Gathering, type Spot, shown, tooLarge } from "../gather.ts";
import { child, items, type Mapping, readDocuments, text, type Value } from "../yaml.ts";
import { imageChange } from "./image-change.ts";
import { type Budget, objectsIn, visit, type Workload, workloadOf } from "./workload.ts";

/** The names that Kustomize looks for. */
export const KUSTOMIZATIONS = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** What a source may read, and what of it belongs to a kustomization. */
export interface Building {
  readonly files: SourceFiles;
  readonly found: Gathering;
  readonly budget: Budget;
  /** Files that a kustomization uses: they do not count by themselves. */
  readonly used: Set<string>;
  /** Files that a kustomization uses as data: for a ConfigMap, or as settings of its own. */
  readonly data: Set<string>;
  reads: number;
}

const MAX_READS = 5000;
const MAX_WORKLOADS = 20_000;
export const RENDER = "helm template";

/** Fields by which a kustomization makes objects that cannot be made here. */
const MAKERS = ["helmCharts", "helmChartInflationGenerator", "generators", "transformers"];
/** Fields that can change an image in any object. */
const CHANGERS = ["patches", "patchesJson6902", "patchesStrategicMerge", "replacements", "configurations"];
/** Of those, the ones whose items are files. */
const FILE_LISTS = new Set(["patchesStrategicMerge", "configurations"]);

/** All fields of a kustomization (its `types/kustomization.go`), in lower case. Others are an error, as for Kustomize. */
const FIELDS = new Set(
  [
    "apiVersion kind metadata openapi resources bases components crds configurations generators transformers validators",
    "namePrefix nameSuffix namespace commonLabels labels commonAnnotations images imageTags replicas vars sortOptions",
    "patches patchesJson6902 patchesStrategicMerge replacements configMapGenerator secretGenerator generatorOptions",
    "helmGlobals helmCharts helmChartInflationGenerator buildMetadata",
  ].flatMap((line) => line.toLowerCase().split(" ")),
);

/** Whether a document is Kustomize's own, and not an object that only has its name (Flux has such a kind). */
export function isKustomization(document: Mapping | undefined): boolean {
  const version = text(child(document, "apiversion"));
  return version === undefined || version.startsWith("kustomize.config.k8s.io/");
}

/** Whether it only adds to others, and makes nothing by itself. */
export function isComponent(document: Mapping | undefined): boolean {
  return text(child(document, "kind")) === "Component";
}

/**
 * The only document of a kustomization file, with keys in lower case: Kustomize takes them in any.
 * @throws GateError `discovery-manifest-invalid`
 */
export function kustomizationIn(file: string, { files, found }: Building): Mapping | undefined {
  const [document, second] = readDocuments(files.text(file), file, RENDER, found);
  if (document === undefined) return undefined;
  if (document.kind !== "mapping" || second !== undefined)
    throw wrong({ file, line: (second ?? document).line }, "a kustomization is one mapping");
  return lowerKeys(document, file) as Mapping;
}

/** Keys of a kustomization and of the items of its lists. */
function lowerKeys(value: Value, file: string, depth = 0): Value {
  if (value.kind === "list") return { ...value, items: value.items.map((item) => lowerKeys(item, file, depth + 1)) };
  if (value.kind === "scalar" || depth > 2) return value;
  const entries = new Map<string, Value>();
  for (const [key, inner] of value.entries) {
    const lower = key.toLowerCase();
    if (entries.has(lower)) throw wrong({ file, line: inner.line }, `the key ${shown(key)} stands twice`);
    entries.set(lower, lowerKeys(inner, file, depth + 1));
  }
  return { ...value, entries };
}

function checkFields(document: Mapping, file: string): void {
  const strange = [...document.entries].find(([key]) => !FIELDS.has(key));
  if (strange !== undefined)
    throw wrong({ file, line: strange[1].line }, `Kustomize has no field ${shown(strange[0])}`);
}

/**
 * The workloads of a kustomization (https://kubectl.docs.kubernetes.io/references/kustomize/): its resources and components, with
 * the changes of names and images. What would have to be rendered to know the images is a problem.
 * @param incoming what the kustomization that uses this component has
 * @param chain kustomizations that use each other, from the outermost
 */
export function build(
  file: string,
  building: Building,
  incoming: readonly Workload[] = [],
  chain: readonly string[] = [],
): Workload[] {
  if (++building.reads > MAX_READS) throw tooLarge(`uses kustomizations more than ${MAX_READS} times`);
  const document = kustomizationIn(file, building);
  if (document === undefined) return [...incoming];
  checkFields(document, file);
  const self: Self = { file, folder: posix.dirname(file), document, chain: [...chain, file], building };
  const workloads = [...incoming];
  for (const resource of [...textsAt(self, "resources"), ...textsAt(self, "bases")]) {
    building.found.attempt(() => workloads.push(...resourcesOf(resource, self)));
    if (workloads.length > MAX_WORKLOADS) throw tooLarge(`has more than ${MAX_WORKLOADS} objects in a kustomization`);
  }
  const whole = textsAt(self, "components").reduce<Workload[]>(
    (all, component) =>
      building.found.attempt(() => build(folderOf(component, self), building, all, self.chain)) ?? all,
    workloads,
  );
  markFiles(self);
  sayUnresolved(self);
  return changed(whole, self);
}

interface Self {
  readonly file: string;
  readonly folder: string;
  readonly document: Mapping;
  readonly chain: readonly string[];
  readonly building: Building;
}

interface Text {
  readonly value: string;
  readonly spot: Spot;
}

function textsAt({ document, file }: Self, key: string): Text[] {
  return items(child(document, key)).map((item) => {
    const value = text(item);
    const spot = { file, line: item.line };
    if (value === undefined) throw wrong(spot, `what stands in ${key} is no text`);
    return { value, spot };
  });
}

function resourcesOf(resource: Text, self: Self): Workload[] {
  const { building } = self;
  const path = localPath(resource, self);
  if (building.files.isFolder(path)) return build(folderOf(resource, self), building, [], self.chain);
  building.used.add(path);
  return workloadsIn(path, building);
}

/** The workloads of a file of manifests. */
export function workloadsIn(path: string, { files, found, budget }: Building): Workload[] {
  return readDocuments(files.text(path), path, RENDER, found)
    .flatMap((document) => objectsIn(document, budget))
    .map((object) => workloadOf(object, path, budget));
}

/** The kustomization of a folder that another one uses. */
function folderOf(resource: Text, self: Self): string {
  const { files, used } = self.building;
  const folder = localPath(resource, self);
  const file = KUSTOMIZATIONS.map((name) => posix.join(folder, name)).find((each) => files.exists(each));
  if (file === undefined) throw wrong(resource.spot, `${shown(resource.value)} has no kustomization`);
  if (self.chain.includes(file))
    throw wrong(resource.spot, `${shown(resource.value)} uses the kustomization that uses it`);
  used.add(file);
  return file;
}

function localPath({ value, spot }: Text, { folder, building }: Self): string {
  const path = posix.isAbsolute(value) ? value : posix.join(folder, value);
  if (building.files.exists(path)) return path;
  if (/^[a-z][a-z0-9+.-]*:|^git@|^(?:github|gitlab)\.com\/|\/\/|\?ref=/i.test(value))
    throw new GateError(
      "discovery-remote",
      `${at(spot)}: ${shown(value)} lies elsewhere, and only files of the workspace are read`,
      "Let a step write `kustomize build` (or `kubectl kustomize`) into a file, and name that file by kubernetes:PATH.",
    );
  throw wrong(spot, `${shown(value)} does not exist`);
}

/** Files that are no objects by themselves: patches, and what is put into ConfigMaps and Secrets. */
function markFiles({ document, folder, building }: Self): void {
  const to = (files: Set<string>) => (path: string | undefined) =>
    path !== undefined && files.add(posix.join(folder, path));
  const [patch, data] = [to(building.used), to(building.data)];
  for (const one of items(child(document, "patches"))) patch(text(child(one, "path")));
  for (const one of items(child(document, "patchesjson6902"))) patch(text(child(one, "path")));
  for (const one of items(child(document, "patchesstrategicmerge"))) patch(text(one));
  for (const one of items(child(document, "replacements"))) patch(text(child(one, "path")));
  for (const key of ["configurations", "crds"]) for (const one of items(child(document, key))) data(text(one));
  for (const key of ["configmapgenerator", "secretgenerator"]) {
    for (const generator of items(child(document, key))) {
      for (const list of ["files", "envs"]) {
        for (const one of items(child(generator, list))) data(text(one)?.replace(/^[^=]*=/, ""));
      }
    }
  }
}

/** Says what cannot be resolved here and can change which images run. */
function sayUnresolved(self: Self): void {
  const { document, file, building } = self;
  for (const key of MAKERS) {
    const value = child(document, key.toLowerCase());
    if (value !== undefined)
      building.found.problem(unresolved({ file, line: value.line }, `a kustomization with ${key}`));
  }
  for (const key of CHANGERS) {
    for (const item of items(child(document, key.toLowerCase()))) {
      const spot = { file, line: item.line };
      const touches = building.found.attempt(() =>
        contentsOf(item, key, self).some((each) => touchesImage(each, building.budget)),
      );
      if (touches !== false) building.found.problem(unresolved(spot, `an item of ${key} changes an image`));
    }
  }
}

/** What a patch or a replacement says: in its place, in a text or in a file. */
function contentsOf(item: Value, key: string, { file, folder, building }: Self): Value[] {
  const read = (content: string, from: string) => readDocuments(content, from, RENDER, building.found);
  const inline = child(item, "patch");
  const path = FILE_LISTS.has(key) ? item : child(item, "path");
  const isFile = text(path) !== undefined && !text(path)?.includes("\n");
  return [
    ...(key === "replacements" ? [item] : []),
    ...(text(inline) === undefined ? [] : read(text(inline) ?? "", file)),
    ...(inline?.kind === "mapping" || inline?.kind === "list" ? [inline] : []),
    ...(isFile ? readFile(posix.join(folder, text(path) ?? ""), building) : []),
    ...(isFile || key !== "patchesStrategicMerge" ? [] : read(text(item) ?? "", file)),
  ];
}

function readFile(path: string, { files, found }: Building): Value[] {
  return readDocuments(files.text(path), path, RENDER, found);
}

/** Whether a patch has a key `image`, or names one in a path of JSON Patch or of a replacement. */
function touchesImage(value: Value, budget: Budget, depth = 0): boolean {
  visit(budget, depth);
  if (value.kind === "list") return value.items.some((item) => touchesImage(item, budget, depth + 1));
  if (value.kind === "scalar") return false;
  return [...value.entries].some(([written, inner]) => {
    const key = written.toLowerCase();
    if (key === "image" || key === "reference") return true;
    if (["path", "from", "fieldpath"].includes(key) && leadsToImage(inner)) return true;
    if (key === "fieldpaths" && items(inner).some(leadsToImage)) return true;
    return touchesImage(inner, budget, depth + 1);
  });
}

/** A path to an image, or to what holds images as a whole. */
function leadsToImage(path: Value): boolean {
  return /(?:^|[/.])(?:image|reference|spec|template|(?:init)?containers(?:\[\])?(?:[/.](?:\[[^\]]*\]|\d+|-|\*))?|\*)$/i.test(
    text(path) ?? "",
  );
}

function unresolved(spot: Spot, what: string): GateError {
  return new GateError(
    "discovery-kustomize",
    `${at(spot)}: ${what}`,
    "Only resources, components, names and `images` are resolved here. Let a step write `kustomize build` (or `kubectl kustomize`) into a file, and name that file by kubernetes:PATH.",
  );
}

function changed(workloads: readonly Workload[], { document, file }: Self): Workload[] {
  const changes = [...items(child(document, "images")), ...items(child(document, "imagetags"))].map((item) =>
    imageChange(item, file),
  );
  const namespace = text(child(document, "namespace"));
  const prefix = text(child(document, "nameprefix")) ?? "";
  const suffix = text(child(document, "namesuffix")) ?? "";
  return workloads.map((workload) => ({
    ...workload,
    namespace: namespace ?? workload.namespace,
    name: prefix + workload.name + suffix,
    containers: workload.containers.map((container) =>
      container.transformed
        ? { ...container, image: changes.reduce((image, change) => change(image), container.image) }
        : container,
    ),
  }));
}

/** A manifest or a kustomization is wrong. */
function wrong(spot: Spot, what: string): GateError {
  return new GateError(
    "discovery-manifest-invalid",
    `${at(spot)}: ${what}`,
    "Correct the file; `kubectl kustomize` or `kubectl apply --dry-run=client` checks it.",
  );
}
