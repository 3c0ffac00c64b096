import type { TargetError, TargetVerdict } from "../verdict.ts";
import type { FindingRecord, ImageRecord, Instant, RunningRecord } from "./record.ts";

/**
 * A place where an image runs, for people: the line of `discover` that found it (`kubernetes:deploy/*.yaml`), and its
 * place there, which is untrusted: `shop/deployment/web/app` (namespace, kind, name, container), `compose.yaml web`,
 * `host1 web-1`.
 */
export type RunsAt = RunningRecord["where"][number];

/** An image that runs according to a source. */
export interface FoundImage {
  /** As the source writes it, with its tag or digest. For a container whose image has no name: its ImageID. */
  readonly reference: string;
  /**
   * The digest that runs (`sha256:…`, of an index or of a manifest), if the source knows it. Absent: the digest that
   * the tag refers to now.
   */
  readonly digest?: string | undefined;
  /** `linux/arm64`, if the source knows it. */
  readonly platform?: string | undefined;
  /** Only this daemon has it; no registry does. */
  readonly local?: LocalImage | undefined;
  /**
   * The daemon that runs it, if it was asked. For an image that was built on the host, Podman and containerd invent a
   * digest that no registry has. If the registry does not know `digest`, the running image is therefore the daemon's.
   */
  readonly heldBy?: LocalImage | undefined;
  /** The address of the Harbor registry that was asked and that has the image: `https://harbor.example.com`. */
  readonly harbor?: string | undefined;
  readonly at: RunsAt;
}

/** An image in a daemon's storage. */
export interface LocalImage {
  /**
   * The daemon's id for it (`sha256:…`): the digest of its configuration. With containerd's store, the digest of its
   * manifest or index.
   */
  readonly imageId: string;
  readonly daemon: Daemon;
}

/** A container engine, with its address in the form of DOCKER_HOST: `unix:///var/run/docker.sock`. */
export interface Daemon {
  readonly engine: "docker" | "podman";
  readonly host: string;
}

/** The result of one line of `discover`. */
export interface SourceOutcome {
  /** The line as the user wrote it. */
  readonly source: string;
  /** Number of images that it names, including repetitions. */
  readonly images: number;
  /** Notes for the reader, as sentences: `All profiles of compose.yaml count.` Untrusted: they name files. */
  readonly notes: readonly string[];
  /**
   * The source could not be read, or only in part. The images that it named are scanned, but the run's verdict is
   * `error`.
   */
  readonly error?: TargetError | undefined;
}

/** The result of reading a run's sources. */
export interface Discovery {
  /** In the order of the sources. An image appears once for each place where it runs. */
  readonly images: readonly FoundImage[];
  readonly sources: readonly SourceOutcome[];
}

/**
 * How a running image was scanned: from its stored SBOM, by reading the image itself, or by reading the report of a
 * scan from elsewhere.
 */
export type ScanMethod = (typeof SCAN_METHODS)[number];
export const SCAN_METHODS = ["sbom", "image", "report"] as const;

/** A running image with this run's answer, one for each image name, tag and digest. */
export interface RunningImage extends Pick<RunningRecord, "reference" | "digest" | "platform" | "where"> {
  /** Registry and repository, without tag and digest. For an image without a name: its ImageID. */
  readonly name: string;
  readonly imageId?: string | undefined;
  readonly daemon?: Daemon | undefined;
  /** The address of a Harbor registry, if the source that names the image asked it. */
  readonly harbor?: string | undefined;
}

/** A running image and the result of its scan. */
export interface Rescanned extends RunningImage {
  /** Absent if it could not be scanned. */
  readonly way?: ScanMethod | undefined;
  readonly verdict: TargetVerdict;
}

/** All results of one run that the history needs. */
export interface RunSeen {
  /** The run's time. */
  readonly now: Instant;
  readonly images: readonly Rescanned[];
  /** Sources that could not be read completely. The images that they named before may still run. */
  readonly unreadSources: readonly string[];
  /** The scanner of a run that names none. Records without a scanner are from this one. Absent: it is unknown. */
  readonly usualScanner?: string | undefined;
}

/** The changes of a run to the history of one image name. */
export interface ImageChange {
  readonly image: string;
  readonly before?: ImageRecord | undefined;
  readonly after: ImageRecord;
  /** Findings whose episode this run opened: new and returned ones. */
  readonly opened: readonly FindingRecord[];
  /** Findings whose episode this run closed. The reason is in their last episode. */
  readonly closed: readonly FindingRecord[];
}
