import type { RunningImage, Way } from "../../domain/history/seen.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import type { TargetError } from "../../domain/verdict.ts";
import type { IncompatibleSbom, Scanner } from "../../scanners/scanner.ts";
import type { World } from "../../system/world.ts";
import type { Machine } from "../workers.ts";

/** Images with the same bytes, which are scanned once. */
export interface Content {
  readonly images: readonly [RunningImage, ...RunningImage[]];
  readonly digest: string | undefined;
}

/** What became of a content. */
export type Answer = { readonly scan: ScanResult; readonly way: Way } | { readonly error: TargetError };

/** What was learnt of a content. Without an outcome it stays open. */
export interface Learnt {
  readonly outcome?: Answer | undefined;
  /** Why its stored SBOM was not used. */
  readonly incompatible?: IncompatibleSbom | undefined;
  /** A new SBOM of it, packed. */
  readonly sbom?: Buffer | undefined;
}

/** A content that is not in it was not asked about. */
export type Found = Promise<ReadonlyMap<Content, Learnt>>;

/** What each way to an answer needs. */
export interface RunningScanner {
  readonly scanner: Scanner;
  readonly machine: Machine;
  /** The stored SBOM of a digest, packed. Absent: SBOMs are neither used nor made. */
  readonly sbomOf?: ((digest: string) => Buffer | undefined) | undefined;
  readonly say: (content: Content, outcome: Answer, began: number, log: World["log"]) => void;
}

/** Groups images by their bytes. */
export function contentsOf(images: readonly RunningImage[]): readonly Content[] {
  return [...Map.groupBy(images, contentOf).values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [{ images: [first, ...more], digest: first.digest }],
  );
}

/**
 * Equal for images with the same bytes. By whatever source an image with a digest comes, its layers are held to that.
 */
export function contentOf({ digest, platform, imageId, daemon }: RunningImage): string {
  return JSON.stringify(digest === undefined ? [imageId, daemon?.host] : [digest, platform ?? "linux/amd64"]);
}

/** The image as the judge sees it. */
export function targetOf({ reference, platform }: RunningImage): Target {
  const shown = platform === undefined || platform === "linux/amd64" ? reference : `${reference} (${platform})`;
  return { kind: "image", input: reference, label: shown, ...(platform !== undefined && { platform }) };
}

/** The digest's result under this name, as if it had been scanned by it. */
export function asNamed({ reference, digest }: RunningImage, scan: ScanResult): ScanResult {
  const { artifact } = scan;
  return {
    ...scan,
    artifact: { ...artifact, names: [reference], referenceDigest: digest ?? artifact.referenceDigest },
  };
}
