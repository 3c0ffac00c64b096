import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../../../domain/target.ts";
import type { CheckAnswer, CheckRequest } from "../../../images/file/image-check.ts";
import { cancelled, GateError } from "../../../system/errors.ts";
import { takeThread } from "../../../system/threads.ts";
import type { World } from "../../../system/world.ts";
import { imageChanged, imageDamaged, imageInconsistent, scanTimeout } from "./failures.ts";
import { blobsOfImage, type LayoutChoice } from "./layout.ts";

/** How long a failed scan waits for the result of the check. */
const PATIENCE_MS = 2000;

/** An image file that we read in parallel with the scan. */
export interface ImageCheck {
  /**
   * Waits for the check, and compares the scan with it.
   * @param scanned digest of the scanned image's configuration
   * @returns what a reader should know about the file
   * @throws GateError `image-damaged`, `image-inconsistent`, `image-changed`, `scan-timeout`, `run-cancelled`
   */
  finish(scanned: string | undefined): Promise<readonly string[]>;
  /** Ends the check after a failed scan. Throws its finding if that comes soon and says more than the scan's failure. */
  abort(): Promise<void>;
}

export interface Checked {
  /** The tar, or the image in a layout. Paths are absolute. */
  readonly file: { readonly tar: string } | { readonly layout: LayoutChoice };
  readonly timeoutMs: number;
}

/**
 * Starts to read a tar or layout in a separate thread, to prove that it is the image that Trivy reports: Trivy itself
 * verifies nothing of it. Files are compared before and after, since both read them by path.
 */
export function beginImageCheck(
  target: Target,
  { file, timeoutMs }: Checked,
  world: Pick<World, "workspace" | "temp" | "signal">,
): ImageCheck {
  const before = stateOf(pathsOf(file));
  const stop = new AbortController();
  const answer = askThread(requestOf(file, world), timeoutMs, AbortSignal.any([world.signal, stop.signal]));
  const done = answer.then((reply) => {
    if (reply === "timed-out") throw scanTimeout(target, timeoutMs);
    if (reply === "ended") throw cancelled();
    if ("image" in reply) return reply.image;
    const { code, what } = reply.problem;
    throw code === "image-damaged" ? imageDamaged(target, what) : imageInconsistent(target, what);
  });
  done.catch(() => {});
  return {
    async finish(scanned) {
      const { imageId, notes } = await done;
      if (scanned !== imageId)
        throw imageInconsistent(
          target,
          `what Trivy read of it is ${scanned ?? "no image"}, and its configuration ${imageId}`,
        );
      if (stateOf(pathsOf(file)) !== before) throw imageChanged(target);
      return notes;
    },
    async abort() {
      const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
      try {
        await done;
      } catch (error) {
        if (error instanceof GateError && error.code === "image-inconsistent") throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function requestOf(file: Checked["file"], { workspace, temp }: Pick<World, "workspace" | "temp">): CheckRequest {
  if ("tar" in file) return file;
  const { folder, chain } = file.layout;
  return {
    layout: {
      folder: realpathSync(folder),
      chain: chain.map(({ digest, size }) => ({ digest, size })),
      roots: [workspace, temp].map((each) => realpathSync(each)),
    },
  };
}

function pathsOf(file: Checked["file"]): string[] {
  if ("tar" in file) return [file.tar];
  const { folder } = file.layout;
  return [join(folder, "index.json"), ...blobsOfImage(file.layout)];
}

/** The state of files. It changes if a file is replaced, or if its content or size changes. */
function stateOf(paths: readonly string[]): string {
  return paths.map((path) => `${path} ${fingerprint(path)}`).join("\n");
}

function fingerprint(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  } catch {
    return "unreadable";
  }
}

/** The thread's answer. The thread is ended at the deadline, or by the signal. */
function askThread(request: CheckRequest, timeoutMs: number, signal: AbortSignal) {
  return new Promise<CheckAnswer | "timed-out" | "ended">((resolve) => {
    const thread = takeThread({ program: "image-check", data: request });
    const failed = (what: string): CheckAnswer => ({ problem: { code: "image-damaged", what } });
    const settle = (answer: CheckAnswer | "timed-out" | "ended") => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve(answer);
      void thread.terminate();
    };
    const onAbort = () => settle("ended");
    const timer = setTimeout(() => settle("timed-out"), timeoutMs);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    thread.once("message", (answer: CheckAnswer) => settle(answer));
    thread.once("error", (error) => settle(failed(`it cannot be read: ${error.message}`)));
    thread.once("exit", () => settle(failed("it cannot be read to its end")));
  });
}
