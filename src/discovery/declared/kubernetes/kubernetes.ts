import { posix } from "node:path";
import { isWithin } from "../../../system/given-files.ts";
import { attempt, type Gathering, gatherOthers } from "../../gather.ts";
import type { GlobSource } from "../../source.ts";
import { matchingFiles, type SourceFiles, sourceFiles } from "../files.ts";
import type { Allowance } from "../programs/run.ts";
import { isYaml } from "../yaml.ts";
import { buildAll } from "./build.ts";
import { isKustomization, KUSTOMIZATIONS, kustomizationIn, kustomizationOf } from "./kustomization.ts";
import { type Looking, reportManifests } from "./manifests.ts";

const COUNTS_TOO =
  "These files count by themselves, too, since the pattern matches them and no kustomization here deploys their images as they are. For what is deployed only through kustomizations, name their folders alone (kubernetes:FOLDER)";

/** Reads the images that Kubernetes manifests name. What a kustomization makes is asked of Kustomize. */
export async function readKubernetes(source: GlobSource, found: Gathering, allowance: Allowance): Promise<void> {
  const files = sourceFiles("manifest", allowance.world);
  const looking = { files, found };
  const matching = matchingFiles(patternOf(source.glob, files), isManifest, allowance.world, found);
  const kustomizations = matching.filter((file) => isOwn(file, looking));
  const built = await buildAll(kustomizations, looking, allowance);
  const isRead = (file: string) => [...built.folders].some((folder) => isWithin(folder, files.real(file)));
  const manifests = matching.filter((file) => !kustomizations.includes(file));
  const textOf = (file: string) => ({ file, read: () => files.text(file) });
  reportManifests([...built.rendered, ...manifests.filter((file) => !isRead(file)).map(textOf)], found);
  // Kustomize also accepts files that are not deployed by it. So a file that the pattern matches counts by itself,
  // unless all of its images were found already.
  const inner = [...built.inner, ...manifests.filter(isRead).map(textOf)];
  for (const text of inner)
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

function isOwn(file: string, looking: Looking): boolean {
  if (!KUSTOMIZATIONS.includes(posix.basename(file))) return false;
  return attempt(looking.found, () => isKustomization(kustomizationIn(file, looking))) ?? true;
}
