import { posix } from "node:path";
import type { World } from "../../../system/world.ts";
import type { GlobSource, Read } from "../../source.ts";
import { matchingFiles, type SourceFiles, sourceFiles } from "../files.ts";
import { type Gathering, gathered } from "../gather.ts";
import { isYaml, notRendered } from "../yaml.ts";
import {
  type Building,
  build,
  isComponent,
  isKustomization,
  KUSTOMIZATIONS,
  kustomizationIn,
  RENDER,
  workloadsIn,
} from "./kustomize.ts";
import { type Container, newBudget, type Workload } from "./workload.ts";

/** Reads the images that Kubernetes manifests name. */
export function readKubernetes(source: GlobSource, world: World): Read {
  return gathered(source.line, (found) => {
    const files = sourceFiles("manifest", world);
    const building: Building = { files, found, budget: newBudget(), used: new Set(), data: new Set(), reads: 0 };
    const matching = matchingFiles(patternOf(source.glob, files), isManifest, world, found);
    const kustomizations = matching.filter((file) => isOwn(file, building));
    const built = new Map<string, readonly Workload[]>();
    for (const file of kustomizations) {
      found.attempt(() => {
        if (!isComponent(kustomizationIn(file, building))) built.set(file, build(file, building));
      });
    }
    // Only now it is known which files are used by others.
    for (const file of matching.filter((each) => !building.used.has(each))) {
      if (building.data.has(file)) {
        noteData(file, building);
        continue;
      }
      const workloads =
        built.get(file) ?? (kustomizations.includes(file) ? [] : found.attempt(() => workloadsIn(file, building)));
      for (const workload of workloads ?? []) tellWorkload(workload, found);
    }
  });
}

/** Data need not be a manifest. If it is one, it may be deployed by itself too. */
function noteData(file: string, building: Building): void {
  const { images } = gathered(file, (found) => {
    for (const workload of workloadsIn(file, { ...building, found })) tellWorkload(workload, found);
  });
  if (images.length > 0)
    building.found.note(
      `${file} does not count: a kustomization uses it as data. If it is deployed too, name it by a line of its own.`,
    );
}

function isManifest(path: string): boolean {
  return isYaml(path) || KUSTOMIZATIONS.includes(posix.basename(path));
}

/** A folder stands for its kustomization, else for all manifests in it. */
function patternOf(glob: string, files: SourceFiles): string {
  if (/[*?]/.test(glob) || !files.isFolder(glob)) return glob;
  return (
    KUSTOMIZATIONS.map((name) => posix.join(glob, name)).find((file) => files.exists(file)) ?? posix.join(glob, "**")
  );
}

function isOwn(file: string, building: Building): boolean {
  if (!KUSTOMIZATIONS.includes(posix.basename(file))) return false;
  return building.found.attempt(() => isKustomization(kustomizationIn(file, building))) ?? true;
}

function tellWorkload({ kind, namespace, name, containers, notes }: Workload, found: Gathering): void {
  for (const note of notes) found.note(note);
  const place = [...(namespace === undefined ? [] : [namespace]), kind.toLowerCase(), name].join("/");
  for (const container of containers) tellContainer(container, place, found);
}

function tellContainer({ name, image, spot }: Container, place: string, found: Gathering): void {
  if (/\{\{|\{%/.test(image)) found.problem(notRendered(spot, RENDER));
  else found.image({ reference: image, name: `${place}/${name}`, spot });
}
