import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Cost, sumOf, timeCommand, type Work } from "./measure.ts";

const PROGRAM = fileURLToPath(new URL("hash-bytes.mjs", import.meta.url));

export interface FloorParts {
  readonly trivy: string;
  /** Bytes that a run checks, apart from Trivy's program: layers as they are stored and unpacked, each once. */
  readonly checked: number;
  /** Bare Trivy on the same images. */
  readonly bare: Work;
}

/**
 * The floor under any code of ours: Node's start, SHA-256 of every byte that is checked, on all cores, and
 * bare Trivy.
 */
export async function floor({ trivy, checked, bare }: FloorParts): Promise<Cost> {
  const bytes = checked + statSync(trivy).size;
  return sumOf([timeCommand(process.execPath, [PROGRAM, trivy, String(bytes)], { env: {} }), await bare()]);
}
