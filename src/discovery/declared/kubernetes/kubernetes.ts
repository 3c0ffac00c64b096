import { posix } from "node:path";
import type { World } from "../../../system/world.ts";
import type { GlobSource, Read } from "../../source.ts";
import { matchingFiles, type SourceFiles, sourceFiles } from "../files.ts";
import { gatheredLater, shown } from "../gather.ts";
import { isYaml } from "../yaml.ts";
import { buildAll } from "./build.ts";
import { isKustomization, KUSTOMIZATIONS, kustomizationIn, kustomizationOf, type Looking } from "./kustomization.ts";
import { tellManifests, writtenImages } from "./manifests.ts";
import { newBudget } from "./workload.ts";

/**
 * Reads the images that Kubernetes manifests name. What a kustomization makes is asked of Kustomize.
 * @param deadlineMs milliseconds for all of it
 * @throws GateError `run-cancelled`
 */
export function readKubernetes(source: GlobSource, world: World, deadlineMs: number): Promise<Read> {
  const allowance = { world, end: performance.now() + deadlineMs };
  return gatheredLater(source.line, async (found) => {
    const files = sourceFiles("manifest", world, "utf-8");
    const looking: Looking = { files, found, budget: newBudget() };
    const matching = matchingFiles(patternOf(source.glob, files), isManifest, world, found);
    const kustomizations = matching.filter((file) => isOwn(file, looking));
    const built = await buildAll(kustomizations, looking, allowance);
    const manifests = matching.filter((file) => !kustomizations.includes(file));
    const textOf = (file: string) => ({ file, read: () => files.text(file) });
    const direct = manifests.filter((file) => !built.used.has(file) && !built.patches.has(file));
    const rendered = built.rendered.map(({ file, text }) => ({ file: `${file} as rendered`, read: () => text }));
    const told = await tellManifests([...rendered, ...direct.map(textOf)], looking, allowance);
    // Kustomize accepts a patch that changes nothing, so one whose images are nowhere is a manifest that somebody calls a patch.
    const isElsewhere = (file: string) =>
      writtenImages(textOf(file), looking)?.every((image) => told.has(image)) === true;
    const unused = manifests.filter((file) => !built.used.has(file) && built.patches.has(file) && !isElsewhere(file));
    await tellManifests(unused.map(textOf), looking, allowance);
    for (const file of manifests.filter((each) => built.used.has(each))) {
      const changed = (writtenImages(textOf(file), looking) ?? []).filter((image) => !told.has(image));
      if (changed.length > 0) found.note(usedNote(file, changed));
    }
  });
}

const MOST_NAMED = 5;

/** What Kustomize accepts need not be what is deployed. */
function usedNote(file: string, images: readonly string[]): string {
  const more = images.length - MOST_NAMED;
  const named = images.slice(0, MOST_NAMED).map(shown).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return `${file} counts only as kustomizations change it, so these images in it do not count: ${named}. If it is deployed as it is, too, name it by a line of its own.`;
}

function isManifest(path: string): boolean {
  return isYaml(path) || KUSTOMIZATIONS.includes(posix.basename(path));
}

/** A folder stands for its kustomization, else for all manifests in it. */
function patternOf(glob: string, files: SourceFiles): string {
  if (/[*?]/.test(glob) || !files.isFolder(glob)) return glob;
  return kustomizationOf(glob, files) ?? posix.join(glob, "**");
}

function isOwn(file: string, looking: Looking): boolean {
  if (!KUSTOMIZATIONS.includes(posix.basename(file))) return false;
  return looking.found.attempt(() => isKustomization(kustomizationIn(file, looking))) ?? true;
}
