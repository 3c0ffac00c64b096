import type { TargetError, TargetVerdict } from "../verdict.ts";
import type { FindingRecord, ImageRecord, Instant } from "./record.ts";

/** Where an image runs. Both are for people, and the name is untrusted. */
export interface RunsAt {
  /** The line of `discover` that found it: `kubernetes:deploy/*.yaml`. */
  readonly source: string;
  /**
   * Its place there: `shop/deployment/web/app` (namespace, kind, name, container), `compose.yaml web`, `host1 web-1`.
   */
  readonly name: string;
}

/** An image that a source says runs. */
export interface FoundImage {
  /** As the source writes it, with its tag or digest. For a container whose image has no name: its ImageID. */
  readonly reference: string;
  /**
   * The digest that runs (`sha256:…`, of an index or of a manifest), if the source knows it. Absent: whatever the tag
   * means now.
   */
  readonly digest?: string | undefined;
  /** `linux/arm64`, if the source knows it. */
  readonly platform?: string | undefined;
  /** No registry has it: only this daemon does. */
  readonly local?: LocalImage | undefined;
  /**
   * The daemon that runs it, if one was asked. For an image that was built on the host, Podman and containerd make up a
   * digest that no registry has. So if the registry does not know `digest`, what runs is the image that this daemon
   * holds.
   */
  readonly heldBy?: LocalImage | undefined;
  /** The address of the Harbor that was asked and has it: `https://harbor.example.com`. */
  readonly harbor?: string | undefined;
  readonly at: RunsAt;
}

/** An image as a daemon holds it. */
export interface LocalImage {
  /**
   * The daemon's own id of it (`sha256:…`): the digest of its configuration, or with containerd's store of its manifest
   * or index.
   */
  readonly imageId: string;
  readonly daemon: Daemon;
}

/** A container engine, by its address as DOCKER_HOST writes it: `unix:///var/run/docker.sock`. */
export interface Daemon {
  readonly engine: "docker" | "podman";
  readonly host: string;
}

/** What became of one line of `discover`. */
export interface SourceOutcome {
  /** The line, as the user wrote it. */
  readonly source: string;
  /** Number of images that it named, with repetitions. */
  readonly images: number;
  /** What a reader must know, as sentences: `All profiles of compose.yaml count.` Untrusted: they name files. */
  readonly notes: readonly string[];
  /**
   * It could not be read, or not as a whole. What it named all the same is scanned, but the run's verdict is `error`.
   */
  readonly error?: TargetError | undefined;
}

/** What the sources of a run say. */
export interface Discovery {
  /** In the order of the sources; an image is once for each place where it runs. */
  readonly images: readonly FoundImage[];
  readonly sources: readonly SourceOutcome[];
}

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
