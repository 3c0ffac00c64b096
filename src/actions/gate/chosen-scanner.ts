import { SCANNER, scannerNamed } from "../../scanners/list.ts";
import type { ScannerEntry, ScannerWish } from "../../scanners/scanner.ts";
import { scannerWish } from "../shared-inputs.ts";
import type { Inputs } from "./inputs.ts";

/** The scanner of a run, and what it is told. */
export interface ChosenScanner {
  readonly entry: ScannerEntry;
  readonly wish: ScannerWish;
  /** Where its database comes from. */
  readonly databases: readonly string[];
}

/** The scanner that `scan-with` names, or that of a run that names none. */
export function chosenScanner(inputs: Inputs): ChosenScanner {
  const [name] = inputs.scanWith;
  const entry = (name === undefined ? undefined : scannerNamed(name)) ?? SCANNER;
  if (name !== "grype") return { entry, wish: scannerWish(inputs), databases: inputs.dbRepository };
  const { grypeVersion, grypeSha256, grypeMirror, grypeBinary, grypeDb, offline, timeout } = inputs;
  const wish = {
    version: grypeVersion,
    sha256: grypeSha256,
    mirror: grypeMirror,
    binary: grypeBinary,
    offline,
    timeoutMs: timeout,
  };
  return { entry, wish, databases: grypeDb };
}
