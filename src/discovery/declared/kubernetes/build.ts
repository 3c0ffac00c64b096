import { posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { attemptLater, gathered, shown, tooLarge } from "../gather.ts";
import { type KustomizeInputs, kustomizeBuild, kustomizeBuilders, kustomizeMissing } from "../programs/kustomize.ts";
import type { Allowance, Decider } from "../programs/run.ts";
import { readDocuments } from "../yaml.ts";
import { type Inputs, inputsOf, isComponent, kustomizationIn, type Looking, MANIFEST } from "./kustomization.ts";
import { newBudget, objectsIn, workloadOf } from "./workload.ts";

/** What Kustomize made of one kustomization. */
export interface Rendered {
  readonly file: string;
  readonly text: string;
}

/** What Kustomize made of kustomizations. */
export interface Built {
  readonly rendered: readonly Rendered[];
  /** Of those that others use, if Kustomize builds them by themselves, too. */
  readonly inner: readonly Rendered[];
  /** Files that count only through a kustomization which Kustomize accepted. */
  readonly used: ReadonlySet<string>;
  /** Files that such a one uses as patches. */
  readonly patches: ReadonlySet<string>;
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
  readonly patches: Set<string>;
  readonly rendered: Rendered[];
  readonly inner: Rendered[];
}

/** Has Kustomize build kustomizations: first those that no other one uses, then those that others use. */
export async function buildAll(files: readonly string[], looking: Looking, allowance: Allowance): Promise<Built> {
  if (files.length === 0) return { rendered: [], inner: [], used: new Set(), patches: new Set() };
  const inputs = new Map<string, Inputs>();
  for (const file of files) {
    const names = looking.found.attempt(() => inputsOf(file, looking));
    if (names !== undefined) inputs.set(file, names);
  }
  const builders = (await attemptLater(looking.found, () => kustomizeBuilders(allowance))) ?? [];
  const building: Building = {
    looking,
    allowance,
    builders,
    inputs,
    used: new Set(),
    patches: new Set(),
    rendered: [],
    inner: [],
  };
  const usedByOthers = new Set([...inputs.values()].flatMap(({ kustomizations }) => [...kustomizations]));
  const first = [...inputs.keys()].filter((file) => !usedByOthers.has(file));
  for (const file of first) await buildOne(file, building);
  for (const file of inputs.keys())
    if (!first.includes(file)) await (building.used.has(file) ? buildInner(file, building) : buildOne(file, building));
  for (const { name, version, path } of building.rendered.length === 0 ? [] : builders)
    looking.found.note(`Kustomizations were built by ${name} ${version} (${path}).`);
  return building;
}

async function buildOne(file: string, building: Building): Promise<void> {
  const { looking, used, rendered, inputs } = building;
  const whole = await attemptLater(looking.found, () => builtOrPart(file, building));
  if (whole === undefined) return;
  keep(rendered, { file, text: whole }, building);
  const { kustomizations, manifests, patches } = inputs.get(file) as Inputs;
  for (const each of patches) building.patches.add(each);
  for (const each of [...kustomizations, ...manifests]) used.add(each);
}

/** One that others use: what any of the programs builds of it by itself can be deployed directly. */
async function buildInner(
  file: string,
  { builders, allowance, looking, inputs, ...building }: Building,
): Promise<void> {
  for (const builder of builders)
    await attemptLater(looking.found, async () => {
      const text = await kustomizeBuild(builder, readBy(file, inputs, looking), allowance).catch((thrown: unknown) => {
        if (isRefusal(thrown)) return undefined;
        throw thrown;
      });
      if (text !== undefined) keep(building.inner, { file, text }, building);
    });
}

function keep(into: Rendered[], one: Rendered, { rendered, inner }: Pick<Building, "rendered" | "inner">): void {
  into.push(one);
  const characters = [...rendered, ...inner].reduce((sum, { text }) => sum + text.length, 0);
  if (characters > MAX_TOTAL_MIB * MIB)
    throw tooLarge(`has kustomizations that make more than ${MAX_TOTAL_MIB} MiB together`);
}

/** @returns undefined for a component that cannot be built by itself */
async function builtOrPart(file: string, building: Building): Promise<string | undefined> {
  try {
    return await built(file, building);
  } catch (thrown) {
    const { looking } = building;
    if (!isRefusal(thrown) || !isComponent(kustomizationIn(file, looking))) throw thrown;
    looking.found.note(
      `${file} is a component that Kustomize cannot build by itself, and no kustomization here uses it.`,
    );
    return undefined;
  }
}

function readBy(file: string, inputs: Building["inputs"], { files }: Looking): KustomizeInputs {
  return { ...(inputs.get(file) as Inputs), folder: files.real(posix.dirname(file)) };
}

async function built(file: string, { builders, allowance, inputs, looking }: Building): Promise<string> {
  const [first, second] = builders;
  if (first === undefined) throw kustomizeMissing(file, allowance.world);
  const reads = readBy(file, inputs, looking);
  const text = await kustomizeBuild(first, reads, allowance);
  if (second !== undefined) requireSame(file, [first, text], [second, await kustomizeBuild(second, reads, allowance)]);
  return text;
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof GateError && thrown.code === "discovery-kustomize";
}

/** Two programs of the machine, which may be of different versions, must find the same images. */
function requireSame(
  file: string,
  [one, text]: readonly [Decider, string],
  [other, second]: readonly [Decider, string],
): void {
  if (text === second || imagesIn(text) === imagesIn(second)) return;
  throw new GateError(
    "discovery-readings-differ",
    `${one.name} ${one.version} and ${other.name} ${other.version} find different images in ${shown(file)}`,
    "Install the one by which you deploy, or write what it makes into a file, and name that file by kubernetes:PATH.",
  );
}

function imagesIn(text: string): string {
  const names: string[] = [];
  gathered("", (found) => {
    const budget = newBudget();
    for (const document of readDocuments(text, "", MANIFEST, found))
      for (const object of objectsIn(document, "", budget))
        for (const { image } of workloadOf(object, "", budget).containers) names.push(image);
  });
  return JSON.stringify(names.sort());
}
