import { createHash } from "node:crypto";
import { inconsistent } from "./problem.ts";
import { type JsonObject, objectWith, parseStrict, stringsOf } from "./strict-json.ts";

/** What an image's configuration says, as far as it is held to it. */
export interface ConfigFacts {
  readonly imageId: string;
  readonly diffIds: readonly string[];
  /** `linux/amd64`, with the variant where it makes another processor; absent where it is not said. */
  readonly platform: string | undefined;
}

/**
 * (https://github.com/opencontainers/image-spec/blob/main/config.md)
 * @param what for messages: `its configuration`
 * @throws ImageProblem
 */
export function configFacts(bytes: Buffer, what: string): ConfigFacts {
  const config = objectWith(parseStrict(bytes, what), ["rootfs", "os", "architecture", "variant", "history"], what);
  const rootfs = objectWith(config.rootfs, ["diff_ids", "type"], `${what} (rootfs)`);
  return {
    imageId: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    diffIds: stringsOf(rootfs.diff_ids, `diff_ids in ${what}`),
    platform: platformOf(config),
  };
}

/** Of arm, variants are other processors; of others, they are the same one's newer makes. */
export function platformOf({ os, architecture, variant }: JsonObject): string | undefined {
  if (typeof os !== "string" || typeof architecture !== "string" || os === "" || architecture === "") return undefined;
  const whole = `${os}/${architecture}`;
  return architecture === "arm" && typeof variant === "string" ? `${whole}/${variant}` : whole;
}

/** @throws ImageProblem where a blob is not what it is called */
export function requireDigest(called: string, found: string): void {
  if (called !== found) throw inconsistent(`its blob ${called} is ${found}`);
}

/**
 * @param unpacked digests of the layers' unpacked content, the first layer first
 * @throws ImageProblem where these are not the layers that the configuration lists
 */
export function requireLayers(unpacked: readonly string[], diffIds: readonly string[]): void {
  if (unpacked.length !== diffIds.length)
    throw inconsistent(`it has ${unpacked.length} layers, and its configuration lists ${diffIds.length}`);
  for (const [index, digest] of unpacked.entries())
    if (digest !== diffIds[index])
      throw inconsistent(
        `its layer ${index + 1} is ${digest}, and its configuration says ${String(diffIds[index]).slice(0, 80)}`,
      );
}
