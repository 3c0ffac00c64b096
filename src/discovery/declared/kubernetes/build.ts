import { join, posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { shown, tooLarge } from "../../fault.ts";
import { attempt, outcomeOf } from "../../gather.ts";
import { copyOf } from "../files.ts";
import { type Allowance, type Decider, deciderOf, outputOf, programMissing } from "../programs/run.ts";
import { foldersOf, isComponent, kustomizationIn } from "./kustomization.ts";
import type { ManifestAccess, ManifestText } from "./manifests.ts";

/** Kustomize's output for a kustomization. */
export interface Built extends ManifestText {
  /** Folders that it reads, its own first. */
  readonly folders: readonly string[];
  /** True if another kustomization reads it, too. */
  readonly isUsed: boolean;
}

/** MiB of all output for one source. */
const MAX_TOTAL_MIB = 128;
const MIB = 1024 * 1024;

/**
 * Lets Kustomize build kustomizations, including those that others use, since they can be deployed directly.
 * @throws GateError if it cannot be asked
 */
export async function buildAll(
  files: readonly string[],
  access: ManifestAccess,
  allowance: Allowance,
): Promise<Built[]> {
  const { found } = access;
  const read = files.flatMap((file) => attempt(found, () => ({ file, folders: [...foldersOf(file, access)] })) ?? []);
  const [first] = read;
  if (first === undefined) return [];
  const builders = await kustomizeBuilders(allowance);
  if (builders.length === 0) throw kustomizeMissing(first.file);
  const all = read.flatMap(({ folders }) => folders);
  // Kustomize may resolve a name differently than we do, and `.git` may contain the token of actions/checkout.
  using copy = copyOf(all, allowance.world, { isForKustomize: true });
  const { workspace } = copy;
  const built: Omit<Built, "isUsed">[] = [];
  const components: typeof read = [];
  let left = MAX_TOTAL_MIB * MIB;
  for (const { file, folders } of read) {
    const [folder = ""] = folders;
    const outcome = await outcomeOf(async () => {
      const texts: string[] = [];
      for (const each of builders) {
        const args = [...(each.name === KUSTOMIZE ? ["build"] : []), RESTRICTED, join(workspace, folder)];
        const question = { args, workspace, refusal: "discovery-kustomize", what: folder } as const;
        texts.push(await outputOf(each, question, allowance));
      }
      return texts.join("\n---\n");
    });
    if (!(outcome instanceof GateError)) {
      left -= outcome.length;
      if (left < 0) throw tooLarge(`has kustomizations with more than ${MAX_TOTAL_MIB} MiB of output in total`);
      built.push({ file: `${file} as rendered`, folders, read: () => outcome });
    } else if (outcome.code === "discovery-kustomize" && isComponent(kustomizationIn(file, access)))
      components.push({ file, folders });
    else found.problem(outcome);
  }
  if (built.length > 0)
    for (const { name, version, path } of builders)
      found.note(`Kustomizations were built by ${name} ${version} (${path}).`);
  const used = new Set(built.flatMap(({ folders }) => folders.slice(1)));
  const isUsed = ([folder = ""]: readonly string[]) => used.has(folder);
  // Kustomize builds a component together with the kustomization that uses it. Alone, it may be refused.
  for (const { file, folders } of components)
    if (!isUsed(folders))
      found.note("Components that Kustomize cannot build by themselves, and that no kustomization here uses", file);
  return built.map((each) => ({ ...each, isUsed: isUsed(each.folders) }));
}

const KUSTOMIZE = "kustomize";
/**
 * The load restriction is the default, and set all the same. No plugins, functions or Helm: their flags are not given.
 */
const RESTRICTED = "--load-restrictor=LoadRestrictionsRootOnly";

/**
 * The machine's programs that build kustomizations: `kustomize`, `kubectl kustomize`, both or none. Their versions may
 * differ, and only the user knows which one deploys: the images of both count. A kubectl that does not name its
 * Kustomize version is older than 1.25. Its Kustomize, from 2019, has no load restriction.
 */
async function kustomizeBuilders(allowance: Allowance): Promise<Decider[]> {
  const versionIn = (text: string) => /^Kustomize Version: (\S{1,50})$/m.exec(text)?.[1];
  const builders = [
    await deciderOf(KUSTOMIZE, ["version"], allowance),
    await deciderOf("kubectl kustomize", ["version", "--client"], allowance, versionIn),
  ];
  return builders.filter((each) => each !== undefined);
}

/** The error if no program can build a kustomization. */
function kustomizeMissing(file: string): GateError {
  return programMissing(
    `${shown(file)} is a kustomization, and there is neither \`kustomize\` nor \`kubectl\` on the PATH outside of the job's folders`,
    `Install one of them on this machine, or run \`kustomize build ${posix.dirname(file)} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`,
  );
}
