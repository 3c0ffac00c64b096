import { attemptLater, type Gathering, gathered } from "../gather.ts";
import { kubectlOf } from "../programs/kubectl.ts";
import type { Allowance } from "../programs/run.ts";
import { notRendered, readDocuments } from "../yaml.ts";
import { compareWithKubectl, type ReadManifest } from "./compared.ts";
import { type Looking, MANIFEST } from "./kustomization.ts";
import { type Container, objectsIn, type Workload, workloadOf } from "./workload.ts";

/** A text of manifests. */
export interface ManifestText {
  /** What messages call it. */
  readonly file: string;
  readonly read: () => string;
}

/**
 * Tells the images of manifests, and holds them against what the machine's kubectl reads.
 * @returns these images
 */
export async function tellManifests(
  texts: readonly ManifestText[],
  looking: Looking,
  allowance: Allowance,
): Promise<ReadonlySet<string>> {
  const manifests = texts.flatMap((text) => readManifest(text, looking));
  for (const { workloads } of manifests) for (const workload of workloads) tellWorkload(workload, looking.found);
  await compare(manifests, looking.found, allowance);
  return new Set(manifests.flatMap(imagesIn));
}

/** The images of a manifest as they are written, without telling them; undefined if something is wrong with it. */
export function writtenImages(text: ManifestText, looking: Looking): readonly string[] | undefined {
  let images: string[] = [];
  const { problem } = gathered(text.file, (found) => {
    images = readManifest(text, { ...looking, found }).flatMap(imagesIn);
  });
  return problem === undefined ? images : undefined;
}

function imagesIn({ workloads }: ReadManifest): string[] {
  return workloads.flatMap(({ containers }) => containers.map(({ image }) => image));
}

/** What stands in a text of manifests; nothing if it cannot be read, which is a problem. */
function readManifest({ file, read }: ManifestText, { found, budget }: Looking): ReadManifest[] {
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
