import { realpathSync } from "node:fs";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { copyFolders } from "../files.ts";
import { attemptLater, shown, tooLarge } from "../gather.ts";
import { kustomizeBuild, kustomizeBuilders, kustomizeMissing } from "../programs/kustomize.ts";
import type { Allowance, Decider } from "../programs/run.ts";
import { foldersOf, isComponent, kustomizationIn } from "./kustomization.ts";
import { type ManifestText, writtenImages } from "./manifests.ts";
import type { Looking } from "./workload.ts";

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

/** What each program of the machine makes of a kustomization, or why it refuses it. */
type Outcome = ManifestText | GateError;

/** Has Kustomize build kustomizations, also those that others use: they can be deployed directly. */
export async function buildAll(files: readonly string[], looking: Looking, allowance: Allowance): Promise<Built> {
  const { found } = looking;
  const read = new Map<string, ReadonlySet<string>>();
  for (const file of files) {
    const folders = found.attempt(() => foldersOf(file, looking));
    if (folders !== undefined) read.set(file, folders);
  }
  const builders = (read.size > 0 ? await attemptLater(found, () => kustomizeBuilders(allowance)) : []) ?? [];
  const outcomes = await outcomesOf(read, builders, looking, allowance);
  const accepted = [...outcomes].filter(([, all]) => all.length > 0 && all.every(isText)).map(([file]) => file);
  const foldersIn = (file: string) => [...(read.get(file) ?? [])];
  const used = new Set(accepted.flatMap((file) => foldersIn(file).slice(1)));
  const rendered: ManifestText[] = [];
  const inner: ManifestText[] = [];
  for (const [file, all] of outcomes)
    found.attempt(() => {
      // What is deployed through another one, Kustomize builds with that one. What is only its data can be refused.
      const texts = all.filter(isText);
      const isUsed = used.has(foldersIn(file)[0] ?? "");
      if (isUsed && (texts.length === all.length || isComponent(kustomizationIn(file, looking)))) inner.push(...texts);
      else rendered.push(...wholeOf(file, all, builders, looking));
    });
  for (const { name, version, path } of rendered.length === 0 ? [] : builders)
    found.note(`Kustomizations were built by ${name} ${version} (${path}).`);
  return { rendered, inner, folders: new Set(accepted.flatMap(foldersIn)) };
}

function isText(outcome: Outcome): outcome is ManifestText {
  return !(outcome instanceof GateError);
}

/** @throws GateError what is wrong for another reason than that Kustomize refuses it, for the whole source */
async function outcomesOf(
  read: ReadonlyMap<string, ReadonlySet<string>>,
  builders: readonly Decider[],
  { found }: Looking,
  allowance: Allowance,
): Promise<ReadonlyMap<string, readonly Outcome[]>> {
  const outcomes = new Map<string, readonly Outcome[]>();
  const root = realpathSync(privateFolder(allowance.world, "kustomize"));
  using _ = removedAtEnd(root);
  const folders = [...read.values()].flatMap((each) => [...each]);
  const { workspace } = allowance.world;
  if (builders.length > 0) copyFolders(folders, { workspace, into: root, found, isForKustomize: true });
  let left = MAX_TOTAL_MIB * MIB;
  for (const [file, [folder = ""]] of read)
    await attemptLater(found, async () => {
      const all: Outcome[] = [];
      for (const builder of builders) {
        const outcome = await kustomizeBuild(builder, { root, folder }, allowance).catch(refusal);
        left -= typeof outcome === "string" ? outcome.length : 0;
        if (left < 0) throw tooLarge(`has kustomizations that make more than ${MAX_TOTAL_MIB} MiB together`);
        all.push(typeof outcome === "string" ? { file: `${file} as rendered`, read: () => outcome } : outcome);
      }
      outcomes.set(file, all);
    });
  return outcomes;
}

function refusal(thrown: unknown): GateError {
  if (thrown instanceof GateError && thrown.code === "discovery-kustomize") return thrown;
  throw thrown;
}

/**
 * What counts of a kustomization that no other one uses. The programs may be of different versions; all must find the
 * same images.
 */
function wholeOf(
  file: string,
  all: readonly Outcome[],
  builders: readonly Decider[],
  looking: Looking,
): readonly ManifestText[] {
  if (all.length === 0) throw kustomizeMissing(file);
  const refused = all.find((outcome) => !isText(outcome));
  if (refused instanceof GateError) {
    if (!isComponent(kustomizationIn(file, looking))) throw refused;
    looking.found.note(
      `${file} is a component that Kustomize cannot build by itself, and no kustomization here uses it.`,
    );
    return [];
  }
  const texts = all.filter(isText);
  const images = texts.map((text) => JSON.stringify(writtenImages(text, looking)?.toSorted()));
  if (new Set(images).size > 1) throw differ(file, builders);
  return texts.slice(0, 1);
}

function differ(file: string, builders: readonly Decider[]): GateError {
  const named = builders.map(({ name, version }) => `${name} ${version}`).join(" and ");
  return new GateError(
    "discovery-readings-differ",
    `${named} find different images in ${shown(file)}`,
    "Install the one by which you deploy, or write what it makes into a file, and name that file by kubernetes:PATH.",
  );
}
