import { hash } from "node:crypto";
import type { Target } from "../domain/target.ts";

/** Longest name in bytes; a file system's own limit is 255, and an ending comes behind it. */
const LONGEST = 100;
const HASH_LENGTH = 8;

/**
 * A single file name that stands for a target: letters, digits, `.`, `_` and `-`, at most 100 bytes, with a short hash of
 * the whole, so that two targets never share one (`ghcr.io-acme-app-1.2-5f0c1d9e`).
 */
export function fileNameOf({ kind, input, platform, label }: Target): string {
  const mark = hash("sha256", `${kind}\0${input}\0${platform ?? ""}`).slice(0, HASH_LENGTH);
  const readable = label
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .slice(0, LONGEST - HASH_LENGTH - 1)
    .replace(/^[.-]+|[.-]+$/g, "");
  return readable === "" ? mark : `${readable}-${mark}`;
}
