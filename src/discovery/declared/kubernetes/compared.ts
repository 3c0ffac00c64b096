import { GateError } from "../../../system/errors.ts";
import { shown } from "../gather.ts";
import { kubectlReads } from "../programs/kubectl.ts";
import type { Allowance, Decider } from "../programs/run.ts";
import { fromJson } from "../yaml.ts";
import { newBudget, objectsIn, type Workload, workloadOf } from "./workload.ts";

/** A text of manifests, and what was read in it here. */
export interface ReadManifest {
  readonly file: string;
  readonly text: string;
  readonly workloads: readonly Workload[];
}

/** Maximum input of one kubectl. */
const MOST_AT_ONCE = { files: 200, characters: 4 * 1024 * 1024 };

/**
 * Holds what was read here against what kubectl reads.
 * @throws GateError `discovery-readings-differ` for the first file that differs
 */
export async function compareWithKubectl(
  manifests: readonly ReadManifest[],
  kubectl: Decider,
  allowance: Allowance,
): Promise<void> {
  for (const some of batches(manifests)) {
    const different = await firstDifferent(some, kubectl, allowance);
    if (different !== undefined) throw different;
  }
}

function batches(manifests: readonly ReadManifest[]): ReadManifest[][] {
  const all: ReadManifest[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const each of manifests) {
    characters += each.text.length;
    if (characters > MOST_AT_ONCE.characters || all.at(-1)?.length === MOST_AT_ONCE.files) {
      all.push([]);
      characters = each.text.length;
    }
    all.at(-1)?.push(each);
  }
  return all;
}

async function firstDifferent(
  some: readonly ReadManifest[],
  kubectl: Decider,
  allowance: Allowance,
): Promise<GateError | undefined> {
  const { objects, refusal } = await kubectlReads(
    kubectl,
    some.map(({ text }) => text),
    allowance,
  );
  const [ours, theirs] = [some.flatMap(({ workloads }) => imagesOf(workloads)), imagesOf(workloadsOf(objects))];
  if (JSON.stringify(ours.sort()) === JSON.stringify(theirs.sort())) return undefined;
  if (some.length === 1) return differs(some[0] as ReadManifest, kubectl, refusal);
  const half = some.length >> 1;
  const first = await firstDifferent(some.slice(0, half), kubectl, allowance);
  return first ?? firstDifferent(some.slice(half), kubectl, allowance);
}

function workloadsOf(objects: readonly unknown[]): Workload[] {
  const budget = newBudget();
  return objects
    .flatMap((object) => objectsIn(fromJson(object), "", budget))
    .map((object) => workloadOf(object, "", budget));
}

function imagesOf(workloads: readonly Workload[]): string[] {
  return workloads.flatMap(({ namespace = "", kind, name, containers }) =>
    containers.map((container) => JSON.stringify([namespace, kind, name, container.name, container.image])),
  );
}

function differs({ file }: ReadManifest, { version }: Decider, refusal: string | undefined): GateError {
  return new GateError(
    "discovery-readings-differ",
    `kubectl ${version} reads other images in ${shown(file)} than are read here${refusal === undefined ? "" : `: ${refusal}`}`,
    "Write the file so that every program reads the same, until `kubectl apply --dry-run=client` accepts it, or narrow the pattern so that it does not match.",
  );
}
