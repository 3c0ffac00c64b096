import { type Gathering, problemOf } from "../gather.ts";
import { notRendered, readDocuments } from "../yaml.ts";
import { type Looking, MANIFEST } from "./kustomization.ts";
import { type Container, objectsIn, type Workload, workloadOf } from "./workload.ts";

/** A text of manifests. */
export interface ManifestText {
  /** What messages call it. */
  readonly file: string;
  readonly read: () => string;
}

/** Tells the images of manifests, and returns them. */
export function tellManifests(texts: readonly ManifestText[], looking: Looking): ReadonlySet<string> {
  const workloads = texts.flatMap((text) => workloadsIn(text, looking));
  for (const workload of workloads) tellWorkload(workload, looking.found);
  return new Set(imagesOf(workloads));
}

/** The images of a manifest as they are written, without telling them; undefined if something is wrong with it. */
export function writtenImages(text: ManifestText, looking: Looking): readonly string[] | undefined {
  let images: string[] = [];
  const problem = problemOf((found) => {
    images = imagesOf(workloadsIn(text, { ...looking, found }));
  });
  return problem === undefined ? images : undefined;
}

function imagesOf(workloads: readonly Workload[]): string[] {
  return workloads.flatMap(({ containers }) => containers.map(({ image }) => image));
}

/** What runs by a text of manifests; nothing if it cannot be read, which is a problem. */
function workloadsIn({ file, read }: ManifestText, { found, budget }: Looking): Workload[] {
  const workloads: Workload[] = [];
  found.attempt(() => {
    for (const document of readDocuments(read(), file, MANIFEST, found))
      found.attempt(() => {
        for (const object of objectsIn(document, file, budget)) workloads.push(workloadOf(object, file, budget));
      });
  });
  return workloads;
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
