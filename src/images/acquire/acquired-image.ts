import type { Inventory } from "../../domain/coverage/inventory.ts";
import type { ReadLayer } from "../layers/read-layer.ts";
import type { FoundImage } from "../source.ts";

/** An image on this machine's disk, checked against its digests. */
export interface AcquiredImage extends Omit<FoundImage, "config" | "layers" | "hasChanged"> {
  /** Absolute path of an OCI layout with this image alone, whose layers are unpacked. Private to this run. */
  readonly folder: string;
  /** Digest of its configuration. */
  readonly imageId: string;
  /** `linux/amd64`, `linux/arm/v7`, from its configuration. */
  readonly platform?: string | undefined;
  /** First layer first, each checked against its digests. */
  readonly layers: readonly Pick<ReadLayer, "digest" | "diffId" | "size">[];
  /** The packages in its layers, resolved as an engine sees them. */
  readonly inventory: Inventory;
  /** Its files may be removed from now on. */
  release(): void;
}
