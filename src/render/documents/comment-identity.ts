import { createHash } from "node:crypto";

/**
 * The hidden first line by which the gate finds its own comment again. The name is hashed: no name can break out of the
 * comment or look like another one's.
 */
export function marker(name: string): string {
  return `<!-- image-gate v1 ${createHash("sha256").update(name).digest("hex").slice(0, 32)} -->`;
}
