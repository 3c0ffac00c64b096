import type { Layer } from "../domain/finding.ts";
import { parseDockerfile, stagesOf } from "../domain/image/dockerfile.ts";
import { linesOfLayers } from "../domain/image/dockerfile-lines.ts";
import { shownInstruction } from "../domain/image/layer-instruction.ts";
import { memoize } from "../domain/memoize.ts";
import type { ScanResult } from "../domain/target.ts";
import { GateError } from "../system/errors.ts";
import { readGivenFile, repositoryPath } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

const MAX_BYTES = 1024 * 1024;

/** The Dockerfile that the user named. */
type GivenDockerfile = ReturnType<typeof readDockerfile>;

/**
 * Reads the Dockerfile that the user named, at most 1 MiB. Runs and fetches nothing that it names.
 * @throws GateError `file-…` of the rules for given files; `dockerfile-invalid` if it has no FROM
 */
export function readDockerfile(path: string, folders: Pick<World, "workspace" | "temp">) {
  const text = readGivenFile({ what: "Dockerfile", path, maxBytes: MAX_BYTES }, folders).toString("utf8");
  const stages = stagesOf(parseDockerfile(text));
  if (stages.length === 0)
    throw new GateError(
      "dockerfile-invalid",
      `The Dockerfile ${JSON.stringify(path)} has no FROM, so it is not a Dockerfile`,
      "Name the Dockerfile that the image is built from in `dockerfile`.",
    );
  // With `/`, as in annotations; relative to the workspace if it is there.
  return { file: repositoryPath(path, folders.workspace), stages };
}

/**
 * Returns the scan with the Dockerfile's line in each layer that the Dockerfile made, for the layers of its findings.
 * Returns the scan unchanged if it has no layers, or if the Dockerfile does not match the image.
 * @returns `unmatched`: why no line is named. Undefined if a line is named, and if there are no layers
 */
export function locateLayers(scan: ScanResult, { file, stages }: GivenDockerfile) {
  const { lines, unmatched } = linesOfLayers(stages, scan.build?.instructions ?? [], shownInstruction);
  const byDiffId = new Map(scan.layers.map((diffId, index) => [diffId, lines[index]]));
  // Findings share their layer objects, and still do so afterwards.
  const located = memoize((layer: Layer): Layer => {
    const line = byDiffId.get(layer.diffId);
    return line === undefined ? layer : { ...layer, source: { file, line } };
  });
  if (lines.every((line) => line === undefined)) return { scan, unmatched };
  const findings = scan.findings.map((each) => (each.layer ? { ...each, layer: located(each.layer) } : each));
  return { scan: { ...scan, findings } };
}
