import type { Finding, Layer } from "../domain/finding.ts";
import { parseDockerfile, type Stage, stagesOf } from "../domain/image/dockerfile.ts";
import { linesOfLayers } from "../domain/image/dockerfile-lines.ts";
import { type MovingFrom, movingFroms } from "../domain/image/floating-tag.ts";
import { shownInstruction } from "../domain/image/layer-instruction.ts";
import { remembering } from "../domain/memoize.ts";
import type { ScanResult } from "../domain/target.ts";
import { GateError } from "../system/errors.ts";
import { readGivenFile, repositoryPath } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

const MAX_BYTES = 1024 * 1024;

/** The Dockerfile that the user named. */
export interface GivenDockerfile {
  /** Relative to the workspace where it lies in it, with `/`: as annotations name it. */
  readonly file: string;
  readonly stages: readonly Stage[];
  /** Its FROMs that may mean another image tomorrow. */
  readonly moving: readonly MovingFrom[];
}

/**
 * Reads the Dockerfile that the user named, at most 1 MiB. Nothing in it is run or fetched.
 * @throws GateError `file-…` of the rules for given files; `dockerfile-invalid` where it has no FROM.
 */
export function readDockerfile(path: string, folders: Pick<World, "workspace" | "temp">): GivenDockerfile {
  const text = readGivenFile({ what: "Dockerfile", path, maxBytes: MAX_BYTES }, folders).toString("utf8");
  const stages = stagesOf(parseDockerfile(text));
  if (stages.length === 0)
    throw new GateError(
      "dockerfile-invalid",
      `The Dockerfile ${JSON.stringify(path)} has no FROM, so it is none`,
      "Name the Dockerfile that the image is built from in `dockerfile`.",
    );
  return { file: repositoryPath(path, folders.workspace), stages, moving: movingFroms(stages) };
}

/**
 * The scan with the Dockerfile's line in each layer of its findings that the Dockerfile made. A scan without layers, or
 * of an image that the Dockerfile does not fit, stays as it is.
 */
export function locateLayers(scan: ScanResult, { file, stages }: Omit<GivenDockerfile, "moving">): ScanResult {
  const lines = linesOfLayers(stages, scan.build?.instructions ?? [], shownInstruction);
  const byDiffId = new Map(scan.layers.map((diffId, index) => [diffId, lines[index]]));
  // Findings share their layers, and go on doing so.
  const located = remembering((layer: Layer): Layer => {
    const line = byDiffId.get(layer.diffId);
    return line === undefined ? layer : { ...layer, source: { file, line } };
  });
  if (lines.every((line) => line === undefined)) return scan;
  return { ...scan, findings: scan.findings.map((finding) => inLayer(finding, located)) };
}

function inLayer(finding: Finding, located: (layer: Layer) => Layer): Finding {
  if (finding.layer === undefined) return finding;
  return { ...finding, layer: located(finding.layer) };
}
