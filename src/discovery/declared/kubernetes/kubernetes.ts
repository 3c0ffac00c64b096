import { posix } from "node:path";
import { isWithin } from "../../../system/given-files.ts";
import type { World } from "../../../system/world.ts";
import type { GlobSource, Read } from "../../source.ts";
import { matchingFiles, type SourceFiles, sourceFiles } from "../files.ts";
import { gathered } from "../gather.ts";
import { isYaml } from "../yaml.ts";
import { buildAll } from "./build.ts";
import { isKustomization, KUSTOMIZATIONS, kustomizationIn, kustomizationOf } from "./kustomization.ts";
import { type Looking, newBudget, reportManifests, saysMore } from "./manifests.ts";

const COUNTS_TOO =
  "These files count by themselves, too, since the pattern matches them and no kustomization here deploys their images as they are. For what is deployed only through kustomizations, name their folders alone (kubernetes:FOLDER)";

/**
 * Reads the images that Kubernetes manifests name. What a kustomization makes is asked of Kustomize.
 * @param deadlineMs milliseconds for all of it
 * @throws GateError `run-cancelled`
 */
export function readKubernetes(source: GlobSource, world: World, deadlineMs: number): Promise<Read> {
  const allowance = { world, end: performance.now() + deadlineMs };
  return gathered(source.line, async (found) => {
    const files = sourceFiles("manifest", world);
    const looking: Looking = { files, found, budget: newBudget() };
    const matching = matchingFiles(patternOf(source.glob, files), isManifest, world, found);
    const kustomizations = matching.filter((file) => isOwn(file, looking));
    const built = await buildAll(kustomizations, looking, allowance);
    const isRead = (file: string) => [...built.folders].some((folder) => isWithin(folder, files.real(file)));
    const manifests = matching.filter((file) => !kustomizations.includes(file));
    const textOf = (file: string) => ({ file, read: () => files.text(file) });
    reportManifests([...built.rendered, ...manifests.filter((file) => !isRead(file)).map(textOf)], looking);
    // Kustomize also accepts files that are not deployed by it. So a file that the pattern matches counts by itself,
    // unless all of its images were found already.
    const inner = [...built.inner, ...manifests.filter(isRead).map(textOf)];
    const changed = inner.filter((text) => saysMore(text, looking));
    for (const { file } of changed) found.note(COUNTS_TOO, file);
    reportManifests(changed, looking);
  });
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
  return looking.found.attempt(() => isKustomization(kustomizationIn(file, looking))) ?? true;
}
