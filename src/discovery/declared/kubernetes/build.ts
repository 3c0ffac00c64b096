import { posix } from "node:path";
import { asGateError, GateError } from "../../../system/errors.ts";
import { attemptLater, shown, tooLarge } from "../gather.ts";
import { kustomizeBuild, kustomizeBuilders, kustomizeMissing } from "../programs/kustomize.ts";
import type { Allowance, Decider } from "../programs/run.ts";
import { type Inputs, inputsOf, isComponent, kustomizationIn, type Looking } from "./kustomization.ts";
import { type ManifestText, writtenImages } from "./manifests.ts";

/** What Kustomize made of kustomizations. */
export interface Built {
  readonly rendered: readonly ManifestText[];
  /** Of those that others use, if Kustomize builds them by themselves, too. */
  readonly inner: readonly ManifestText[];
  /** Files that a kustomization reads which Kustomize accepted. */
  readonly used: ReadonlySet<string>;
}

/** Of one source. */
const MAX_TOTAL_MIB = 128;
const MIB = 1024 * 1024;

interface Building {
  readonly looking: Looking;
  readonly allowance: Allowance;
  readonly builders: readonly Decider[];
  readonly inputs: ReadonlyMap<string, Inputs>;
  readonly used: Set<string>;
  readonly rendered: ManifestText[];
  readonly inner: ManifestText[];
  left: number;
}

/** Has Kustomize build kustomizations: first those that no other one uses, then those that others use. */
export async function buildAll(files: readonly string[], looking: Looking, allowance: Allowance): Promise<Built> {
  const inputs = new Map<string, Inputs>();
  for (const file of files) {
    const names = looking.found.attempt(() => inputsOf(file, looking));
    if (names !== undefined) inputs.set(file, names);
  }
  const builders = inputs.size > 0 ? await attemptLater(looking.found, () => kustomizeBuilders(allowance)) : [];
  const building: Building = {
    looking,
    allowance,
    builders: builders ?? [],
    inputs,
    used: new Set(),
    rendered: [],
    inner: [],
    left: MAX_TOTAL_MIB * MIB,
  };
  const usedByOthers = new Set([...inputs].flatMap(([file, { used }]) => [...used].filter((each) => each !== file)));
  const first = [...inputs.keys()].filter((file) => !usedByOthers.has(file));
  const rest = [...inputs.keys()].filter((file) => usedByOthers.has(file));
  for (const file of first) await attemptLater(looking.found, () => buildOne(file, building));
  for (const file of rest)
    await attemptLater(looking.found, () => (building.used.has(file) ? buildInner : buildOne)(file, building));
  for (const { name, version, path } of building.rendered.length === 0 ? [] : building.builders)
    looking.found.note(`Kustomizations were built by ${name} ${version} (${path}).`);
  return building;
}

/** All programs of the machine, which may be of different versions, must find the same images. */
async function buildOne(file: string, building: Building): Promise<void> {
  const { builders, allowance, looking, used, inputs } = building;
  const [first] = builders;
  if (first === undefined) throw kustomizeMissing(file, allowance.world);
  const texts: ManifestText[] = [];
  for (const builder of builders) {
    const text = await built(file, builder, building);
    if (text instanceof GateError) {
      if (!isComponent(kustomizationIn(file, looking))) throw text;
      looking.found.note(
        `${file} is a component that Kustomize cannot build by itself, and no kustomization here uses it.`,
      );
      return;
    }
    texts.push(text);
  }
  const images = texts.map((text) => JSON.stringify(writtenImages(text, looking)?.toSorted()));
  if (new Set(images).size > 1) throw differ(file, builders);
  building.rendered.push(...texts.slice(0, 1));
  for (const each of inputs.get(file)?.used ?? []) if (each !== file) used.add(each);
}

/** One that others use: what any of the programs builds of it by itself can be deployed directly. */
async function buildInner(file: string, building: Building): Promise<void> {
  for (const builder of building.builders) {
    const text = await built(file, builder, building);
    if (!(text instanceof GateError)) building.inner.push(text);
  }
}

/** @returns why Kustomize refuses it, if it does */
async function built(file: string, builder: Decider, building: Building): Promise<ManifestText | GateError> {
  const inputs = building.inputs.get(file) as Inputs;
  try {
    const folder = building.looking.files.real(posix.dirname(file));
    const text = await kustomizeBuild(builder, { ...inputs, folder }, building.allowance);
    building.left -= text.length;
    if (building.left < 0) throw tooLarge(`has kustomizations that make more than ${MAX_TOTAL_MIB} MiB together`);
    return { file: `${file} as rendered`, read: () => text };
  } catch (thrown) {
    const error = asGateError(thrown);
    if (error.code === "discovery-kustomize") return error;
    throw error;
  }
}

function differ(file: string, builders: readonly Decider[]): GateError {
  const named = builders.map(({ name, version }) => `${name} ${version}`).join(" and ");
  return new GateError(
    "discovery-readings-differ",
    `${named} find different images in ${shown(file)}`,
    "Install the one by which you deploy, or write what it makes into a file, and name that file by kubernetes:PATH.",
  );
}
