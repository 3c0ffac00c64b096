import { type LayerWork, type ReadLayer, readLayer } from "./read-layer.ts";

export type { LayerWork, ReadLayer } from "./read-layer.ts";

export interface LayerReader {
  read(work: LayerWork, signal?: AbortSignal): Promise<ReadLayer>;
  close(): Promise<void>;
}

export function layerReader(): LayerReader {
  return { read: (work) => readLayer(work), close: async () => {} };
}
