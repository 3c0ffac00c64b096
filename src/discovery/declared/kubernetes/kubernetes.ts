import { posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import { isWithin } from "../../../system/given-files.ts";
import { attempt, type Gathering, gatherOthers, outcomeOf } from "../../gather.ts";
import type { SourceOf } from "../../parse-source.ts";
import { matchingFiles, type SourceFiles, sourceFiles } from "../files.ts";
import type { Allowance } from "../programs/run.ts";
import { isYaml } from "../yaml.ts";
import { buildAll } from "./build.ts";
import { isKustomization, KUSTOMIZATIONS, kustomizationIn, kustomizationOf } from "./kustomization.ts";
import { type ManifestAccess, reportManifests } from "./manifests.ts";

const COUNTS_TOO =
  "These files count by themselves, too, since the pattern matches them and no kustomization here deploys their images as they are. For what is deployed only through kustomizations, name their folders alone (kubernetes:FOLDER)";

/** Reads the images that Kubernetes manifests name. Kustomize itself renders the kustomizations among them. */
export async function readKubernetes(
  source: SourceOf<"kubernetes">,
  found: Gathering,
  allowance: Allowance,
): Promise<void> {
  const files = sourceFiles("manifest", allowance.world);
  const access = { files, found };
  const matching = matchingFiles(patternOf(source.glob, files), isManifest, allowance.world, found);
  const kustomizations = matching.filter((file) => isOwn(file, access));
  const outcome = await outcomeOf(() => buildAll(kustomizations, access, allowance));
  if (outcome instanceof GateError) found.problem(outcome);
  const built = outcome instanceof GateError ? [] : outcome;
  const folders = new Set(built.flatMap((each) => each.folders));
  const isUsed = (file: string) => [...folders].some((folder) => isWithin(folder, files.real(file)));
  const plain = matching
    .filter((file) => !kustomizations.includes(file))
    .map((file) => ({ file, read: () => files.text(file), isUsed: isUsed(file) }));
  const texts = [...built, ...plain];
  reportManifests(
    texts.filter((text) => !text.isUsed),
    found,
  );
  // Kustomize also accepts files that are deployed without it. So a file that the pattern matches counts by itself,
  // unless all of its images were found already.
  for (const text of texts.filter((each) => each.isUsed))
    gatherOthers({ note: COUNTS_TOO, file: text.file }, found, (others) => reportManifests([text], others));
}

function isManifest(path: string): boolean {
  return isYaml(path) || KUSTOMIZATIONS.includes(posix.basename(path));
}

/** A folder means its kustomization or, without one, all manifests in it. */
function patternOf(glob: string, files: SourceFiles): string {
  if (/[*?]/.test(glob) || !files.isFolder(glob)) return glob;
  return kustomizationOf(glob, files) ?? posix.join(glob, "**");
}

function isOwn(file: string, access: ManifestAccess): boolean {
  if (!KUSTOMIZATIONS.includes(posix.basename(file))) return false;
  return attempt(access.found, () => isKustomization(kustomizationIn(file, access))) ?? true;
}
