import { exportFromContainerd, type ScannerOnly } from "./containerd.ts";
import { type ExportedImage, type ExportOptions, exportFromEngine, type KnownImage } from "./export.ts";
import type { LocalSource, Tried } from "./failures.ts";

/** What the engines of this machine have of an image. */
export type LocalImageAnswer =
  | { readonly kind: "found"; readonly source: LocalSource; readonly image: ExportedImage | KnownImage }
  /** Only the scanner can ask `sources[0]`; the others are those behind it. */
  | (ScannerOnly & { readonly sources: readonly LocalSource[] })
  /** None of them has it. */
  | { readonly kind: "not-here" };

/**
 * Looks for an image in engines of this machine, in the order of `sources`, and exports it from the first that has it. One that
 * cannot be asked is passed over. An engine that has it and cannot give it is an error: another one may have another image of that
 * name.
 * @returns with the engines that were asked in vain, for {@link engineFailure}
 * @throws EngineProblem; GateError `run-cancelled`
 */
export async function exportLocalImage(
  sources: readonly LocalSource[],
  reference: string,
  options: Omit<ExportOptions, "host">,
): Promise<LocalImageAnswer & { readonly tried: readonly Tried[] }> {
  const tried: Tried[] = [];
  for (const [index, source] of sources.entries()) {
    const outcome =
      source === "containerd"
        ? await exportFromContainerd(reference, options)
        : await exportFromEngine(source, reference, options);
    if (outcome.kind === "exported" || outcome.kind === "known")
      return { kind: "found", source, image: outcome, tried };
    if (outcome.kind === "scanner-only") return { ...outcome, sources: sources.slice(index), tried };
    tried.push({ source, outcome });
  }
  return { kind: "not-here", tried };
}
