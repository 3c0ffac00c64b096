import { existsSync } from "node:fs";
import type { AcquiredImage } from "../../../images/acquire/image.ts";
import type { LogFacts } from "../process/log-facts.ts";

/** What is known about a scan that has ended, apart from its report. */
export interface EndedTrivy {
  readonly log: LogFacts;
  /** DiffIDs that Trivy attributes to the base image, in which it skips secrets. Undefined: it did not say. */
  readonly baseLayers: readonly string[] | undefined;
}

/** A report of Trivy that a target got, and what its log said. */
export interface KnownReport extends EndedTrivy {
  /** Absolute path. Its receiver may have removed it. */
  readonly file: string;
}

/** The reports of a run by the bytes that were scanned: under another name, the same bytes are not scanned again. */
export class KnownReports {
  readonly #reports = new Map<string, Promise<KnownReport | undefined>>();

  /**
   * The report of the same bytes, also if their scan has not ended yet.
   * @returns undefined at once if no scan of them has begun, so that two callers do not both begin one. The promise
   * resolves to undefined if the scan failed, or its report is gone
   */
  of(image: AcquiredImage): Promise<KnownReport | undefined> | undefined {
    return this.#reports
      .get(keyOf(image))
      ?.then((known) => (known !== undefined && existsSync(known.file) ? known : undefined));
  }

  /** @param report of a scan that has begun; nothing is kept of one that fails */
  add(image: AcquiredImage, report: Promise<KnownReport>): void {
    this.#reports.set(
      keyOf(image),
      report.catch(() => undefined),
    );
  }
}

/** A report has the layers' digests as they are stored, too. */
function keyOf({ imageId, layers }: AcquiredImage): string {
  return [imageId, ...layers.map(({ digest }) => digest)].join(" ");
}
