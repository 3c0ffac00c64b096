import type { TargetVerdict } from "../verdict.ts";
import type { FindingRecord, ImageRecord, Instant } from "./record.ts";
import type { Daemon, RunsAt } from "./running.ts";

/**
 * How a running image was scanned: from its stored SBOM, by reading the image itself, or elsewhere, whose report was
 * read.
 */
export type Way = (typeof WAYS)[number];
export const WAYS = ["sbom", "image", "report"] as const;

/** An image that runs, once for each image name, tag and digest, with this run's answer. */
export interface RunningImage {
  /** Registry and repository, without tag and digest. An image without a name has its ImageID here. */
  readonly name: string;
  readonly reference: string;
  /** Absent if the registry could not be asked, or if no registry has the image. */
  readonly digest?: string | undefined;
  readonly platform?: string | undefined;
  readonly imageId?: string | undefined;
  readonly daemon?: Daemon | undefined;
  /** The address of a Harbor, if a source that asked it names the image. */
  readonly harbor?: string | undefined;
  readonly where: readonly RunsAt[];
}

/** A running image and what became of its scan. */
export interface Rescanned extends RunningImage {
  /** Absent if it could not be scanned. */
  readonly way?: Way | undefined;
  readonly verdict: TargetVerdict;
}

/** Everything that one run saw, from which the history goes on. */
export interface RunSeen {
  /** The run's time. */
  readonly now: Instant;
  readonly images: readonly Rescanned[];
  /** Sources that could not be read as a whole. What they named before may still run. */
  readonly unreadSources: readonly string[];
  /** The scanner of a run that names none: what the history says of no other one, it saw. Absent: that is not known. */
  readonly usualScanner?: string | undefined;
}

/** What a run changed in the history of one image name. */
export interface ImageChange {
  readonly image: string;
  readonly before?: ImageRecord | undefined;
  readonly after: ImageRecord;
  /** Findings whose episode this run opened: new ones, and those that came back. */
  readonly opened: readonly FindingRecord[];
  /** Findings whose episode this run closed. The reason is in their last episode. */
  readonly closed: readonly FindingRecord[];
}
