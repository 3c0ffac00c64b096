import { readFileSync } from "node:fs";
import { must } from "../command.ts";
import type { Advisories } from "./advisory.ts";

/**
 * Advisories of Debian as a file has them: `advisories` by bucket, source package and id, and `vulnerability` by id.
 */
export async function debianFile(path: string): Promise<Advisories> {
  const text = path.endsWith(".xz") ? await must("xz", ["--decompress", "--stdout", path]) : readFileSync(path, "utf8");
  const { advisories, vulnerability } = JSON.parse(text);
  return { language: [], debian: advisories, facts: {}, records: vulnerability };
}
