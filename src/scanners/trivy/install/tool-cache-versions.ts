// Loaded only where an error is to name them, and so a chunk of its own in the bundle.
import { findAllVersions } from "@actions/tool-cache";

/** The versions of Trivy that the runner's tool cache has for this processor; none where there is no tool cache. */
export function versionsInToolCache(arch: string): string[] {
  try {
    return findAllVersions("trivy", arch);
  } catch {
    return [];
  }
}
