import { join, posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { shown } from "../gather.ts";
import { type Allowance, type Decider, deciderOf, outputOf } from "./run.ts";

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
export async function kustomizeBuilders(allowance: Allowance): Promise<readonly Decider[]> {
  const found = await Promise.all([ownProgram(allowance), ofKubectl(allowance)]);
  return found.filter((each) => each !== undefined);
}

async function ownProgram(allowance: Allowance): Promise<Decider | undefined> {
  const own = await deciderOf("kustomize", ["version"], allowance);
  return own && { ...own, before: ["build"] };
}

async function ofKubectl(allowance: Allowance): Promise<Decider | undefined> {
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
export function kustomizeBuild(
  { name, path, version, before }: Decider,
  { root, folder }: { readonly root: string; readonly folder: string },
  allowance: Allowance,
): Promise<string> {
  const args = [...before, RESTRICTED, join(root, folder)];
  const refusal = (reason: string) =>
    new GateError(
      "discovery-kustomize",
      `${name} ${version} refuses ${shown(folder)}: ${reason.replaceAll(`${root}/`, "")}`,
      "Correct the kustomization until `kustomize build` accepts it without network, plugins and Helm, or write what it makes into a file, and name that file by kubernetes:PATH.",
    );
  return outputOf({ name, path, args }, allowance, refusal);
}

/** The error where no program can build a kustomization. */
export function kustomizeMissing(file: string): GateError {
  return new GateError(
    "discovery-program-missing",
    `${shown(file)} is a kustomization, and there is neither \`kustomize\` nor \`kubectl\` on the PATH outside of the job's folders`,
    `Install one of them on this machine, or run \`kustomize build ${posix.dirname(file)} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`,
  );
}
