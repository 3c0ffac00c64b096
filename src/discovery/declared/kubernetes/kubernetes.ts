import { posix } from "node:path";
import type { World } from "../../../system/world.ts";
import type { GlobSource, Read } from "../../source.ts";
import { matchingFiles, type SourceFiles, sourceFiles } from "../files.ts";
import { type Gathering, gatheredLater } from "../gather.ts";
import type { Allowance } from "../programs/run.ts";
import { isYaml, notRendered, readDocuments } from "../yaml.ts";
import { buildAll } from "./build.ts";
import {
  isKustomization,
  KUSTOMIZATIONS,
  kustomizationIn,
  kustomizationOf,
  type Looking,
  RENDER,
} from "./kustomization.ts";
import { type Container, newBudget, objectsIn, type Workload, workloadOf } from "./workload.ts";

/**
 * Reads the images that Kubernetes manifests name. What a kustomization makes is asked of Kustomize.
 * @param deadlineMs milliseconds for all of it
 * @throws GateError `run-cancelled`
 */
export function readKubernetes(source: GlobSource, world: World, deadlineMs: number): Promise<Read> {
  const allowance = { world, end: performance.now() + deadlineMs };
  return gatheredLater(source.line, async (found) => {
    const files = sourceFiles("manifest", world);
    const looking: Looking = { files, found, budget: newBudget() };
    const matching = matchingFiles(patternOf(source.glob, files), isManifest, world, found);
    const kustomizations = matching.filter((file) => isOwn(file, looking));
    const built = await buildAll(kustomizations, looking, allowance);
    for (const { text, file } of built.rendered) tellText(text, `${file} as rendered`, looking);
    tellManifests(
      matching.filter((file) => !kustomizations.includes(file) && !built.used.has(file)),
      looking,
      allowance,
    );
    sayUsed(
      matching.filter((file) => built.used.has(file)),
      found,
    );
  });
}

function tellManifests(manifests: readonly string[], looking: Looking, _: Allowance): void {
  for (const file of manifests) looking.found.attempt(() => tellText(looking.files.text(file), file, looking));
}

function tellText(text: string, file: string, looking: Looking): void {
  for (const workload of workloadsIn(text, file, looking)) tellWorkload(workload, looking.found);
}

/** The workloads of a text of manifests. */
function workloadsIn(text: string, file: string, { found, budget }: Looking): Workload[] {
  return readDocuments(text, file, { render: RENDER }, found)
    .flatMap((document) => objectsIn(document, budget))
    .map((object) => workloadOf(object, file, budget));
}

const MOST_NAMED = 20;

/** What Kustomize accepts need not be what is deployed. */
function sayUsed(used: readonly string[], found: Gathering): void {
  if (used.length === 0) return;
  const more = used.length - MOST_NAMED;
  const named = used.slice(0, MOST_NAMED).join(", ");
  found.note(
    `Counted only as a kustomization changes them: ${named}${more > 0 ? ` and ${more} more` : ""}. If one is deployed as it is too, name it by a line of its own.`,
  );
}

function isManifest(path: string): boolean {
  return isYaml(path) || KUSTOMIZATIONS.includes(posix.basename(path));
}

/** A folder stands for its kustomization, else for all manifests in it. */
function patternOf(glob: string, files: SourceFiles): string {
  if (/[*?]/.test(glob) || !files.isFolder(glob)) return glob;
  return kustomizationOf(glob, files) ?? posix.join(glob, "**");
}

function isOwn(file: string, looking: Looking): boolean {
  if (!KUSTOMIZATIONS.includes(posix.basename(file))) return false;
  return looking.found.attempt(() => isKustomization(kustomizationIn(file, looking))) ?? true;
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
