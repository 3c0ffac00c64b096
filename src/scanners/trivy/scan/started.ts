import type { LocatedTarget, Target } from "../../../domain/target.ts";
import type { InstalledProgram } from "../../../supply/installed.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerSettings, ScanOptions } from "../../scanner.ts";
import type { Database } from "../database/health.ts";
import type { TrivyTarget } from "../process/arguments.ts";
import type { LogFacts } from "../process/log-facts.ts";
import type { ReadySbom } from "../sbom/index.ts";
import type { LayerCache, LayerPlace } from "./layer-cache.ts";
import type { tellOfArchives } from "./renamed-archives.ts";
import type { SourceTree } from "./source-tree.ts";

export interface ScanSettings
  extends Pick<ScannerSettings, "scanners" | "offline" | "skipDirs" | "skipFiles" | "descriptions">,
    Pick<ScanOptions, "memory" | "image" | "reportFile" | "onReport" | "onSbom"> {
  readonly trivy: InstalledProgram;
  /** Not needed if `scanners` does not contain `vuln`. */
  readonly database?: Database | undefined;
  /** Identifies jars. It is large, so it is only requested if a target has any. */
  readonly javaDatabase: () => Promise<Database>;
  /** Timeout for this target alone, in milliseconds. */
  readonly timeoutMs: number;
  /** Called while Trivy works on a target. */
  readonly whileWaiting?: (() => void) | undefined;
  /** Shared by targets that are scanned one after the other, so that equal layers are read once. */
  readonly layers: LayerCache;
}

export interface Scan {
  readonly target: Target;
  /** As the user named it. */
  readonly given: LocatedTarget;
  /** The result of a search of the folder. Undefined: the target is not a folder on this machine. */
  readonly tree: SourceTree | undefined;
  /** As we pass it to Trivy. */
  readonly located: TrivyTarget;
  /** Path of the report that Trivy writes. */
  readonly raw: string;
  readonly settings: ScanSettings;
  readonly place: LayerPlace;
  /** The end of its time, by the clock of `performance.now()`. A download in between has its own time. */
  readonly deadline: { at: number };
  /** The settings before they were adapted to the target. */
  readonly asked: ScanSettings;
  readonly world: World;
  /** Absent: the target is not an SBOM. */
  readonly sbom?: ReadySbom | undefined;
  /** For an image: options that name its renamed archives. */
  readonly told?: ReturnType<typeof tellOfArchives> | undefined;
}

/** Facts about a finished scan that are not in its report. */
export interface EndedTrivy {
  readonly log: LogFacts;
  /** DiffIDs that Trivy attributes to the base image, in which it skips secrets. Undefined: it did not say. */
  readonly baseLayers: readonly string[] | undefined;
}
