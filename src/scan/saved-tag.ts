import { join } from "node:path";
import type { Target } from "../domain/target.ts";
import { tagsInTar } from "../images/sources/saved-tar.ts";
import { timeLimit } from "../system/background.ts";
import { privateFolder, removedAtEnd } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import { locateTarget } from "./targets.ts";

/** Decompressing a tar of gigabytes takes a while. */
const DEADLINE_MS = 30_000;

/**
 * The first tag of a `docker save` tar. A scan returns it too; this is for a target that was not scanned, so that its
 * comment is still found. Undefined for anything else, a path that leaves the workspace, or a timeout. Never throws.
 */
export async function savedTag(target: Target, world: World): Promise<string | undefined> {
  if (target.kind !== "image") return undefined;
  try {
    const { how, location } = locateTarget(target, world);
    if (how !== "archive") return undefined;
    const folder = privateFolder(world, "tag");
    using _ = removedAtEnd(folder);
    const signal = AbortSignal.any([world.signal, timeLimit(DEADLINE_MS)]);
    return (await tagsInTar(location, { scratch: join(folder, "unpacked.tar"), signal }))[0];
  } catch {
    return undefined;
  }
}
