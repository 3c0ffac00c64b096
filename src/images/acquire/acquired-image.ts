import type { Inventory } from "../../domain/coverage/inventory.ts";
import type { FoundImage } from "../source.ts";

/** A layer that was read and checked against its digests. */
export interface AcquiredLayer {
  /** As its source stores it (`sha256:…`). */
  readonly digest: string;
  /** Digest of its unpacked content. */
  readonly diffId: string;
  /** Bytes as its source stores it. */
  readonly size: number;
}

/** An image on this machine's disk, checked against its digests. */
export interface AcquiredImage extends Omit<FoundImage, "config" | "layers" | "hasChanged"> {
  /** Absolute path of an OCI layout with this image alone, whose layers are unpacked. Private to this run. */
  readonly folder: string;
  /** Digest of its configuration. */
  readonly imageId: string;
  /** `linux/amd64`, `linux/arm/v7`, from its configuration. */
  readonly platform?: string | undefined;
  /** First layer first. */
  readonly layers: readonly AcquiredLayer[];
  /** The packages in its layers, resolved as an engine sees them. */
  readonly inventory: Inventory;
  /** Its files may be removed from now on. */
  release(): void;
}
