import { realpathSync } from "node:fs";
import { join, posix } from "node:path";
import { asGateError, GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { copyInto } from "../files.ts";
import { isOfSource, shown, tooLarge } from "../gather.ts";
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

/** Has Kustomize build kustomizations, also those that others use: they can be deployed directly. */
export async function buildAll(files: readonly string[], looking: Looking, allowance: Allowance): Promise<Built> {
  const { found } = looking;
  const read = new Map<string, readonly string[]>();
  for (const file of files) found.attempt(() => read.set(file, [...foldersOf(file, looking)]));
  const outcomes = new Map<string, string | GateError>();
  if (read.size > 0)
    await build(read, outcomes, looking, allowance).catch((thrown) => {
      found.attempt(() => {
        throw thrown;
      });
    });
  const accepted = [...outcomes].filter(([, outcome]) => typeof outcome === "string");
  const foldersIn = (file: string) => read.get(file) ?? [];
  const used = new Set(accepted.flatMap(([file]) => foldersIn(file).slice(1)));
  const isUsed = (file: string) => used.has(foldersIn(file)[0] ?? "");
  const texts = accepted.map(([file, text]) => ({
    file,
    made: { file: `${file} as rendered`, read: () => `${text}` },
  }));
  for (const [file, outcome] of outcomes) {
    // What is deployed through another one, Kustomize builds with that one. What is only its data can be refused.
    if (typeof outcome === "string") continue;
    if (outcome.code !== "discovery-kustomize" || !isComponent(kustomizationIn(file, looking))) found.problem(outcome);
    else if (!isUsed(file))
      found.note("Components that Kustomize cannot build by themselves, and that no kustomization here uses", file);
  }
  return {
    rendered: texts.filter(({ file }) => !isUsed(file)).map(({ made }) => made),
    inner: texts.filter(({ file }) => isUsed(file)).map(({ made }) => made),
    folders: new Set(accepted.flatMap(([file]) => foldersIn(file))),
  };
}

/** Adds what Kustomize makes of each kustomization, or why it refuses it. */
async function build(
  read: ReadonlyMap<string, readonly string[]>,
  outcomes: Map<string, string | GateError>,
  looking: Looking,
  allowance: Allowance,
): Promise<void> {
  const { found } = looking;
  const builders = await kustomizeBuilders(allowance);
  const root = realpathSync(privateFolder(allowance.world, "kustomize"));
  using _ = removedAtEnd(root);
  const { workspace } = allowance.world;
  if (builders.length > 0) copyInto([], [...read.values()].flat(), { workspace, into: root, isForKustomize: true });
  let left = MAX_TOTAL_MIB * MIB;
  for (const [file, [folder = ""]] of read)
    try {
      if (builders.length === 0) throw kustomizeMissing(file);
      const texts = await Promise.all(builders.map((each) => kustomizeBuild(each, { root, folder }, allowance)));
      for (const text of texts) left -= text.length;
      if (left < 0) throw tooLarge(`has kustomizations that make more than ${MAX_TOTAL_MIB} MiB together`);
      outcomes.set(file, agreed(file, texts, builders, looking));
    } catch (thrown) {
      const error = asGateError(thrown);
      if (isOfSource(error)) throw error;
      outcomes.set(file, error);
    }
  if ([...outcomes.values()].some((outcome) => typeof outcome === "string"))
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
