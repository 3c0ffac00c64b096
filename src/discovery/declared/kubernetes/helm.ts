import { realpathSync } from "node:fs";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { HelmChart, Read } from "../../source.ts";
import { copyInto, sourceFiles } from "../files.ts";
import { gathered } from "../gather.ts";
import { type HelmAction, helmOf, helmTemplate } from "../programs/helm.ts";
import { imagesKey, type Looking, type ManifestText, newBudget, reportManifests } from "./manifests.ts";

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
    const files = sourceFiles("chart", world);
    for (const file of [source.chart, ...source.values]) files.require(file);
    const helm = await helmOf(source, allowance);
    // Templates can read every file of a chart's folder, and Helm follows links.
    const root = realpathSync(privateFolder(world, "helm"));
    using _ = removedAtEnd(root);
    const [file, folder] = files.isFolder(source.chart) ? [[], [source.chart]] : [[source.chart], []];
    copyInto([...file, ...source.values], folder, { workspace: world.workspace, into: root });
    const render = (action: HelmAction) => helmTemplate(helm, { ...source, root, action }, allowance);
    const installed = await render("install");
    const upgraded = await render("upgrade").catch(refusal);
    found.note(`The chart was rendered by ${helm.name} ${helm.version} (${helm.path}).`);
    const looking: Looking = { files, found, budget: newBudget() };
    const texts: ManifestText[] = [{ file: `${source.chart} as rendered`, read: () => installed }];
    if (upgraded === undefined) found.note(NO_UPGRADE);
    else if (imagesKey(upgraded, looking) !== imagesKey(installed, looking)) {
      found.note("The chart makes something else of an upgrade: the images of both count.");
      texts.push({ file: `${source.chart} as rendered for an upgrade`, read: () => upgraded });
    }
    reportManifests(texts, looking);
  });
}

/** Charts can ask for more values then: the passwords of what runs. */
const NO_UPGRADE =
  "Helm renders the chart for an installation, and not for an upgrade with the same values: only what an installation makes counts.";

function refusal(thrown: unknown): undefined {
  if (thrown instanceof GateError && thrown.code === "discovery-helm") return undefined;
  throw thrown;
}
