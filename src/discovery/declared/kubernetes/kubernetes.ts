import { posix } from "node:path";
import type { World } from "../../../system/world.ts";
import type { GlobSource, Read } from "../../source.ts";
import { matchingFiles, type SourceFiles, sourceFiles } from "../files.ts";
import { attemptLater, type Gathering, gatheredLater } from "../gather.ts";
import { kubectlOf } from "../programs/kubectl.ts";
import type { Allowance } from "../programs/run.ts";
import { isYaml, notRendered, readDocuments } from "../yaml.ts";
import { buildAll } from "./build.ts";
import { compareWithKubectl, type ReadManifest } from "./compared.ts";
import {
  isKustomization,
  KUSTOMIZATIONS,
  kustomizationIn,
  kustomizationOf,
  type Looking,
  MANIFEST,
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
    const files = sourceFiles("manifest", world, "utf-8");
    const looking: Looking = { files, found, budget: newBudget() };
    const matching = matchingFiles(patternOf(source.glob, files), isManifest, world, found);
    const kustomizations = matching.filter((file) => isOwn(file, looking));
    const built = await buildAll(kustomizations, looking, allowance);
    const direct = matching.filter((file) => !kustomizations.includes(file) && !built.used.has(file));
    const manifests = [
      ...built.rendered.flatMap(({ file, text }) => readManifest(`${file} as rendered`, () => text, looking)),
      ...direct.flatMap((file) => readManifest(file, () => files.text(file), looking)),
    ];
    for (const { workloads } of manifests) for (const workload of workloads) tellWorkload(workload, found);
    await compare(manifests, found, allowance);
    const used = matching.filter((file) => built.used.has(file));
    if (used.length > 0) sayUsed(used, found);
  });
}

/** What stands in a text of manifests; nothing if it cannot be read, which is a problem. */
function readManifest(file: string, read: () => string, { found, budget }: Looking): ReadManifest[] {
  const text = found.attempt(read);
  if (text === undefined) return [];
  const workloads: Workload[] = [];
  found.attempt(() => {
    for (const document of readDocuments(text, file, MANIFEST, found))
      found.attempt(() => {
        for (const object of objectsIn(document, file, budget)) workloads.push(workloadOf(object, file, budget));
      });
  });
  return [{ file, text, workloads }];
}

/** What was read here is held against the machine's kubectl, if it has one. */
async function compare(manifests: readonly ReadManifest[], found: Gathering, allowance: Allowance): Promise<void> {
  const kubectl = manifests.length === 0 ? undefined : await attemptLater(found, () => kubectlOf(allowance));
  if (kubectl === undefined) return;
  await attemptLater(found, async () => {
    await compareWithKubectl(manifests, kubectl, allowance);
    found.note(`kubectl ${kubectl.version} (${kubectl.path}) reads the same images in the manifests.`);
  });
}

const MOST_NAMED = 20;

/** What Kustomize accepts need not be what is deployed. */
function sayUsed(used: readonly string[], found: Gathering): void {
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

function tellWorkload(workload: Workload, found: Gathering): void {
  const { kind, namespace, name, containers, notes, problems } = workload;
  for (const problem of problems) found.problem(problem);
  for (const note of notes) found.note(note);
  const place = [...(namespace === undefined ? [] : [namespace]), kind.toLowerCase(), name].join("/");
  for (const container of containers) tellContainer(container, place, found);
}

function tellContainer({ name, image, spot }: Container, place: string, found: Gathering): void {
  if (/\{\{|\{%/.test(image)) found.problem(notRendered(spot, MANIFEST.render));
  else found.image({ reference: image, name: `${place}/${name}`, spot });
}
