import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { GateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import type { HelmChart, Read } from "../../source.ts";
import { type SourceFiles, sourceFiles } from "../files.ts";
import { gathered, shown, tooLarge } from "../gather.ts";
import { helmOf, helmTemplate } from "../programs/helm.ts";
import type { Looking } from "./kustomization.ts";
import { type ManifestText, tellManifests, writtenImages } from "./manifests.ts";
import { newBudget } from "./workload.ts";

/** Of one chart. */
const MOST = { entries: 20_000, mib: 64 };
const MIB = 1024 * 1024;

/**
 * Reads the images of what Helm makes of a chart.
 * @param deadlineMs milliseconds for all of it
 * @throws GateError `run-cancelled`
 */
export function readHelm(
  source: HelmChart & { readonly line: string },
  world: World,
  deadlineMs: number,
): Promise<Read> {
  const allowance = { world, end: performance.now() + deadlineMs };
  return gathered(source.line, async (found) => {
    const files = sourceFiles("chart", world, "utf-8");
    for (const file of [source.chart, ...source.values]) files.require(file);
    checkChart(source.chart, files, world);
    const helm = await helmOf(source, allowance);
    const installed = await helmTemplate(helm, { ...source, action: "install" }, allowance);
    const upgraded = await helmTemplate(helm, { ...source, action: "upgrade" }, allowance).catch(refusal);
    found.note(`The chart was rendered by ${helm.name} ${helm.version} (${helm.path}).`);
    const looking: Looking = { files, found, budget: newBudget() };
    const texts: ManifestText[] = [{ file: `${source.chart} as rendered`, read: () => installed }];
    if (upgraded === undefined) found.note(NO_UPGRADE);
    else if (imagesOf(upgraded, looking) !== imagesOf(installed, looking)) {
      found.note("The chart makes something else of an upgrade: the images of both count.");
      texts.push({ file: `${source.chart} as rendered for an upgrade`, read: () => upgraded });
    }
    tellManifests(texts, looking);
  });
}

/** Charts can ask for more values then: the passwords of what runs. */
const NO_UPGRADE =
  "Helm renders the chart for an installation, and not for an upgrade with the same values: only what an installation makes counts.";

function refusal(thrown: unknown): undefined {
  if (thrown instanceof GateError && thrown.code === "discovery-helm") return undefined;
  throw thrown;
}

/** Equal if the same images are in both; undefined if something is wrong. */
function imagesOf(text: string, looking: Looking): string | undefined {
  return writtenImages({ file: "", read: () => text }, looking)
    ?.toSorted()
    .join("\n");
}

/**
 * Templates can read every file of a chart's folder, and Helm follows links. So none of them may lead out of the
 * workspace or into `.git`.
 * @throws GateError `discovery-git-file`, `file-…`, `discovery-too-large`
 */
function checkChart(chart: string, files: SourceFiles, { workspace }: World): void {
  if (!files.isFolder(chart)) return;
  const open = [chart];
  let [entries, bytes] = [0, 0];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of entriesOf(join(workspace, folder))) {
      const path = posix.join(folder, entry.name);
      files.require(path);
      if (entry.isSymbolicLink() && files.isFolder(path)) throw linkToFolder(path);
      if (entry.isDirectory()) open.push(path);
      else bytes += lstatSync(join(workspace, path)).size;
      if (++entries > MOST.entries) throw tooLarge(`has a chart with more than ${MOST.entries} files and folders`);
      if (bytes > MOST.mib * MIB) throw tooLarge(`has a chart with more than ${MOST.mib} MiB`);
    }
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new GateError(
      "file-unreadable",
      `The folder ${shown(folder)} cannot be read`,
      "Give the user of this run the right to read it.",
      { cause },
    );
  }
}

function linkToFolder(path: string): GateError {
  return new GateError(
    "discovery-helm",
    `The chart has a link to a folder: ${shown(path)}`,
    "Put the folder itself into the chart, or write what `helm template` makes into a file, and name that file by kubernetes:PATH.",
  );
}
