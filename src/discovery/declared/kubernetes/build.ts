import { realpathSync } from "node:fs";
import { join, posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { copyInto } from "../files.ts";
import { outcomeOf, shown, tooLarge } from "../gather.ts";
import { type Allowance, type Decider, deciderOf, outputOf, programMissing } from "../programs/run.ts";
import { foldersOf, isComponent, kustomizationIn } from "./kustomization.ts";
import { imagesKey, type Looking, type ManifestText } from "./manifests.ts";

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

/** A kustomization, the folders that it reads, its own first, and what Kustomize makes of it. */
interface Build {
  readonly file: string;
  readonly folders: readonly string[];
  readonly outcome: string | GateError;
}

/** Has Kustomize build kustomizations, also those that others use: they can be deployed directly. */
export async function buildAll(files: readonly string[], looking: Looking, allowance: Allowance): Promise<Built> {
  const { found } = looking;
  const read = files.flatMap((file) => found.attempt(() => ({ file, folders: [...foldersOf(file, looking)] })) ?? []);
  const builds: Build[] = [];
  const failure = read.length === 0 ? undefined : await outcomeOf(() => build(read, builds, looking, allowance));
  if (failure instanceof GateError) found.problem(failure);
  const accepted = builds.filter(({ outcome }) => typeof outcome === "string");
  const used = new Set(accepted.flatMap(({ folders }) => folders.slice(1)));
  const isUsed = ({ folders: [own = ""] }: Build) => used.has(own);
  for (const each of builds) {
    const { file, outcome } = each;
    // What is deployed through another one, Kustomize builds with that one. What is only its data can be refused.
    if (typeof outcome === "string") continue;
    if (outcome.code !== "discovery-kustomize" || !isComponent(kustomizationIn(file, looking))) found.problem(outcome);
    else if (!isUsed(each))
      found.note("Components that Kustomize cannot build by themselves, and that no kustomization here uses", file);
  }
  const textOf = ({ file, outcome }: Build) => ({ file: `${file} as rendered`, read: () => `${outcome}` });
  return {
    rendered: accepted.filter((each) => !isUsed(each)).map(textOf),
    inner: accepted.filter(isUsed).map(textOf),
    folders: new Set(accepted.flatMap(({ folders }) => folders)),
  };
}

/** Adds what Kustomize makes of each kustomization, or why it refuses it. */
async function build(
  read: readonly Omit<Build, "outcome">[],
  builds: Build[],
  looking: Looking,
  allowance: Allowance,
): Promise<void> {
  const { found } = looking;
  const builders = await kustomizeBuilders(allowance);
  const root = realpathSync(privateFolder(allowance.world, "kustomize"));
  using _ = removedAtEnd(root);
  const { workspace } = allowance.world;
  const folders = read.flatMap((each) => each.folders);
  if (builders.length > 0) copyInto([], folders, { workspace, into: root, isForKustomize: true });
  let left = MAX_TOTAL_MIB * MIB;
  for (const { file, folders } of read) {
    const outcome = await outcomeOf(async () => {
      if (builders.length === 0) throw kustomizeMissing(file);
      const where = { root, folder: folders[0] ?? "" };
      const texts = await Promise.all(builders.map((each) => kustomizeBuild(each, where, allowance)));
      for (const text of texts) left -= text.length;
      if (left < 0) throw tooLarge(`has kustomizations that make more than ${MAX_TOTAL_MIB} MiB together`);
      return agreed(file, texts, builders, looking);
    });
    builds.push({ file, folders, outcome });
  }
  if (builds.some(({ outcome }) => typeof outcome === "string"))
    for (const { name, version, path } of builders)
      found.note(`Kustomizations were built by ${name} ${version} (${path}).`);
}

/** The programs may be of different versions; all must find the same images. */
function agreed(file: string, texts: readonly string[], builders: readonly Decider[], looking: Looking): string {
  if (new Set(texts.map((text) => imagesKey(text, looking))).size === 1) return texts[0] as string;
  const named = builders.map(({ name, version }) => `${name} ${version}`).join(" and ");
  throw new GateError(
    "discovery-readings-differ",
    `${named} find different images in ${shown(file)}`,
    "Install the one by which you deploy, or write what it makes into a file, and name that file by kubernetes:PATH.",
  );
}

/**
 * The load restriction is the default, but not to be left to one. No plugins, no functions, no Helm: those are flags
 * that are not given.
 */
const RESTRICTED = "--load-restrictor=LoadRestrictionsRootOnly";

/**
 * The programs of the machine that build kustomizations: `kustomize`, `kubectl kustomize`, both or none. A kubectl that
 * does not say which Kustomize it has is older than 1.25: its Kustomize knows no load restriction, and is of the year
 * 2019.
 */
async function kustomizeBuilders(allowance: Allowance): Promise<readonly Decider[]> {
  const versionIn = (text: string) => /^Kustomize Version: (\S{1,50})$/m.exec(text)?.[1];
  const [own, kubectl] = await Promise.all([
    deciderOf("kustomize", ["version"], allowance),
    deciderOf("kubectl", ["version", "--client"], allowance, versionIn),
  ]);
  return [
    ...(own ? [{ ...own, before: ["build"] }] : []),
    ...(kubectl ? [{ ...kubectl, name: "kubectl kustomize", before: ["kustomize"] }] : []),
  ];
}

/**
 * What Kustomize makes of a folder, as YAML. It reads copies of what it needs, and finds nothing else: it may
 * understand a name differently than we do, and `.git` can have the token of actions/checkout.
 * @param where the copy's root, absolute, and the kustomization's folder in it
 * @throws GateError `discovery-kustomize` if it refuses
 */
function kustomizeBuild(
  builder: Decider,
  { root, folder }: { readonly root: string; readonly folder: string },
  allowance: Allowance,
): Promise<string> {
  const refusal = (reason: string) =>
    new GateError(
      "discovery-kustomize",
      `${builder.name} ${builder.version} refuses ${shown(folder)}: ${reason.replaceAll(`${root}/`, "")}`,
      "Correct the kustomization until `kustomize build` accepts it without network, plugins and Helm, or write what it makes into a file, and name that file by kubernetes:PATH.",
    );
  return outputOf(builder, [RESTRICTED, join(root, folder)], allowance, refusal);
}

/** The error where no program can build a kustomization. */
function kustomizeMissing(file: string): GateError {
  return programMissing(
    `${shown(file)} is a kustomization, and there is neither \`kustomize\` nor \`kubectl\` on the PATH outside of the job's folders`,
    `Install one of them on this machine, or run \`kustomize build ${posix.dirname(file)} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`,
  );
}
