import { realpathSync } from "node:fs";
import { join, posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { attempt, type Gathering, outcomeOf, shown, tooLarge } from "../../gather.ts";
import { copyInto } from "../files.ts";
import { type Allowance, type Decider, deciderOf, outputOf, programMissing } from "../programs/run.ts";
import { foldersOf, isComponent, kustomizationIn } from "./kustomization.ts";
import type { Looking, ManifestText } from "./manifests.ts";

/** What Kustomize made of kustomizations. */
export interface Built {
  readonly rendered: readonly ManifestText[];
  /** Of those that others use, if Kustomize builds them by themselves, too. */
  readonly inner: readonly ManifestText[];
  /** Folders that are read by the kustomizations that Kustomize accepted. */
  readonly folders: ReadonlySet<string>;
}

/** Of one source. */
const MAX_TOTAL_MIB = 128;
const MIB = 1024 * 1024;

/** Has Kustomize build kustomizations, also those that others use: they can be deployed directly. */
export async function buildAll(files: readonly string[], looking: Looking, allowance: Allowance): Promise<Built> {
  const { found } = looking;
  const read = new Map<string, readonly string[]>();
  for (const file of files) attempt(found, () => read.set(file, [...foldersOf(file, looking)]));
  const outcomes = read.size > 0 ? await outcomeOf(() => build(read, found, allowance)) : new Map<string, Outcome>();
  if (outcomes instanceof GateError) {
    found.problem(outcomes);
    return { rendered: [], inner: [], folders: new Set() };
  }
  const texts = [...outcomes].flatMap(([file, outcome]) =>
    typeof outcome === "string"
      ? [{ folders: read.get(file) ?? [], made: { file: `${file} as rendered`, read: () => outcome } }]
      : [],
  );
  const used = new Set(texts.flatMap(({ folders }) => folders.slice(1)));
  const isUsed = ([folder = ""]: readonly string[]) => used.has(folder);
  for (const [file, outcome] of outcomes) {
    // What is deployed through another one, Kustomize builds with that one. What is only its data can be refused.
    if (typeof outcome === "string") continue;
    if (outcome.code !== "discovery-kustomize" || !isComponent(kustomizationIn(file, looking))) found.problem(outcome);
    else if (!isUsed(read.get(file) ?? []))
      found.note("Components that Kustomize cannot build by themselves, and that no kustomization here uses", file);
  }
  return {
    rendered: texts.filter(({ folders }) => !isUsed(folders)).map(({ made }) => made),
    inner: texts.filter(({ folders }) => isUsed(folders)).map(({ made }) => made),
    folders: new Set(texts.flatMap(({ folders }) => folders)),
  };
}

/** What Kustomize makes of a kustomization, or why there is nothing. */
type Outcome = string | GateError;

/** @param read the folders of each kustomization */
async function build(
  read: ReadonlyMap<string, readonly string[]>,
  found: Gathering,
  allowance: Allowance,
): Promise<Map<string, Outcome>> {
  const kustomize = await kustomizeOf(allowance);
  if (kustomize === undefined) return new Map([...read.keys()].map((file) => [file, kustomizeMissing(file)]));
  const root = realpathSync(privateFolder(allowance.world, "kustomize"));
  using _ = removedAtEnd(root);
  const { workspace } = allowance.world;
  copyInto([], [...read.values()].flat(), { workspace, into: root, isForKustomize: true });
  const outcomes = new Map<string, Outcome>();
  let left = MAX_TOTAL_MIB * MIB;
  for (const [file, [folder = ""]] of read) {
    const outcome = await outcomeOf(() => kustomizeBuild(kustomize, { root, folder }, allowance));
    outcomes.set(file, outcome);
    if (outcome instanceof GateError) continue;
    left -= outcome.length;
    if (left < 0) throw tooLarge(`has kustomizations that make more than ${MAX_TOTAL_MIB} MiB together`);
    found.note(`Kustomizations were built by ${kustomize.name} ${kustomize.version} (${kustomize.path}).`);
  }
  return outcomes;
}

/**
 * The load restriction is the default, but not to be left to one. No plugins, no functions, no Helm: those are flags
 * that are not given.
 */
const RESTRICTED = "--load-restrictor=LoadRestrictionsRootOnly";

/**
 * The machine's program that builds kustomizations: `kustomize`, else `kubectl kustomize`. A kubectl that does not say
 * which Kustomize it has is older than 1.25: its Kustomize knows no load restriction, and is of the year 2019.
 */
async function kustomizeOf(allowance: Allowance): Promise<Decider | undefined> {
  const own = await deciderOf("kustomize", ["version"], allowance);
  if (own !== undefined) return { ...own, before: ["build"] };
  const versionIn = (text: string) => /^Kustomize Version: (\S{1,50})$/m.exec(text)?.[1];
  const kubectl = await deciderOf("kubectl", ["version", "--client"], allowance, versionIn);
  return kubectl && { ...kubectl, name: "kubectl kustomize", before: ["kustomize"] };
}

/**
 * What Kustomize makes of a folder, as YAML. It reads copies of what it needs, and finds nothing else: it may
 * understand a name differently than we do, and `.git` can have the token of actions/checkout.
 * @param where the copy's root, absolute, and the kustomization's folder in it
 * @throws GateError `discovery-kustomize` if it refuses
 */
function kustomizeBuild(
  kustomize: Decider,
  { root, folder }: { readonly root: string; readonly folder: string },
  allowance: Allowance,
): Promise<string> {
  const refusal = (reason: string) =>
    new GateError(
      "discovery-kustomize",
      `${kustomize.name} ${kustomize.version} refuses ${shown(folder)}: ${reason.replaceAll(`${root}/`, "")}`,
      "Correct the kustomization until `kustomize build` accepts it without network, plugins and Helm, or write what it makes into a file, and name that file by kubernetes:PATH.",
    );
  return outputOf(kustomize, [RESTRICTED, join(root, folder)], allowance, refusal);
}

/** The error where no program can build a kustomization. */
function kustomizeMissing(file: string): GateError {
  return programMissing(
    `${shown(file)} is a kustomization, and there is neither \`kustomize\` nor \`kubectl\` on the PATH outside of the job's folders`,
    `Install one of them on this machine, or run \`kustomize build ${posix.dirname(file)} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`,
  );
}
