import { existsSync, mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { copyFiles } from "../files.ts";
import { shown } from "../gather.ts";
import { type Allowance, type Decider, type DeciderWorld, deciderOf, outputOf } from "./run.ts";

/** A program that builds kustomizations. */
interface Builder extends Decider {
  readonly before: readonly string[];
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
export async function kustomizeBuilders(allowance: Allowance): Promise<readonly Decider[]> {
  const found = await Promise.all([ownProgram(allowance), ofKubectl(allowance)]);
  return found.filter((each) => each !== undefined);
}

async function ownProgram(allowance: Allowance): Promise<Builder | undefined> {
  const own = await deciderOf("kustomize", ["version"], allowance);
  return own && { ...own, before: ["build"] };
}

async function ofKubectl(allowance: Allowance): Promise<Builder | undefined> {
  const versionIn = (text: string) => /^Kustomize Version: (\S{1,50})$/m.exec(text)?.[1];
  const kubectl = await deciderOf("kubectl", ["version", "--client"], allowance, versionIn);
  return kubectl && { ...kubectl, name: "kubectl kustomize", before: ["kustomize"] };
}

/** What Kustomize gets to read, by paths relative to the workspace. */
export interface KustomizeInputs {
  /** Where the kustomization lies. */
  readonly folder: string;
  readonly needed: ReadonlySet<string>;
  readonly links: ReadonlyMap<string, string>;
}

/**
 * What Kustomize makes of a folder, as YAML. It reads copies of the files that it needs, and finds no other. Where it
 * understands a name differently than we do, it could read the token of actions/checkout.
 * @throws GateError `discovery-kustomize` if it refuses
 */
export async function kustomizeBuild(builder: Decider, inputs: KustomizeInputs, allowance: Allowance): Promise<string> {
  const { name, path } = builder;
  const root = realpathSync(privateFolder(allowance.world, "kustomize"));
  using _ = removedAtEnd(root);
  copyInto(root, inputs, allowance.world.workspace);
  const args = [...(builder as Builder).before, RESTRICTED, join(root, inputs.folder)];
  const refusal = (reason: string) => refused(builder, inputs.folder, reason.replaceAll(`${root}/`, ""));
  // Awaited, because the copies are removed at the end.
  return await outputOf({ name, path, args }, allowance, refusal);
}

function copyInto(root: string, { needed, links }: KustomizeInputs, workspace: string): void {
  copyFiles(needed, workspace, root);
  // A link to a folder comes before one that is called by it.
  for (const [from, to] of [...links].sort(([one], [other]) => one.length - other.length)) {
    const link = join(root, from);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, to), link);
  }
}

function refused({ name, version }: Decider, folder: string, reason: string): GateError {
  return new GateError(
    "discovery-kustomize",
    `${name} ${version} refuses ${shown(folder)}: ${reason}`,
    "Correct the kustomization until `kustomize build` accepts it without network, plugins and Helm, or write what it makes into a file, and name that file by kubernetes:PATH.",
  );
}

/** The error where no program can build a kustomization. */
export function kustomizeMissing(file: string, { workspace }: DeciderWorld): GateError {
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
  return new GateError(
    "discovery-program-missing",
    `${shown(file)} is a kustomization, and there is neither \`kustomize\` nor \`kubectl\` on the PATH outside of ${workspace === "" ? "the job's folders" : "the workspace"}`,
    `Install one of them on this machine, or run \`kustomize build ${folder} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`,
  );
}
