import type { Target } from "../domain/target.ts";
import { SAVED_TAR } from "../images/file/saved-files.ts";
import { withBytes } from "../images/file/tar-file.ts";
import { savedTagsIn } from "../images/sources/saved-tar.ts";
import { timeLimit } from "../system/background.ts";
import { contentOf, tarMembers } from "../system/tar/members.ts";
import type { World } from "../system/world.ts";
import { locateTarget } from "./targets.ts";

/** The list is mostly at the end, and decompressing a tar of gigabytes takes a while. */
const DEADLINE_MS = 30_000;
/** The list has a few kilobytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The first tag of a `docker save` tar. A scan returns it too; this is for a target that was not scanned, so that its
 * comment is still found. Undefined for anything else, a path that leaves the workspace, or a timeout. Never throws.
 */
export async function savedTag(target: Target, world: World): Promise<string | undefined> {
  if (target.kind !== "image") return undefined;
  try {
    const { how, location } = locateTarget(target, world);
    if (how !== "archive") return undefined;
    const signal = AbortSignal.any([world.signal, timeLimit(DEADLINE_MS)]);
    const manifest = await withBytes(
      location,
      async (source) => {
        for await (const member of tarMembers(source, SAVED_TAR)) {
          const { name, kind, size } = member;
          if (signal.aborted) return undefined;
          if (name === "manifest.json" && kind === "file" && size <= MAX_BYTES) return contentOf(member);
        }
        return undefined;
      },
      signal,
    );
    return manifest && savedTagsIn(manifest)[0];
  } catch {
    return undefined;
  }
}
