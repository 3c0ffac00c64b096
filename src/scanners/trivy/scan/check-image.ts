import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Target } from "../../../domain/target.ts";
import type { CheckAnswer, CheckRequest } from "../../../images/file/image-check.ts";
import { cancelled, GateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import { imageChanged, imageDamaged, imageInconsistent, scanTimeout } from "./failures.ts";
import { blobsOfImage, type LayoutChoice } from "./layout.ts";

/** The bundle has the thread's program beside itself, the sources one folder up. */
const PROGRAM = new URL(
  import.meta.url.endsWith(".ts") ? "../../../images/file/image-check.ts" : "./image-check.js",
  import.meta.url,
);
/** So long a failed scan waits for what the check finds. */
const PATIENCE_MS = 2000;
/** No honest file needs a tenth of it. */
const MEMORY_MB = 1024;

/** An image's file that is read beside the scan. */
export interface ImageCheck {
  /**
   * Waits for the check, and holds the scan to it.
   * @param scanned digest of the configuration that the scan was about
   * @returns what a reader should know of the file
   * @throws GateError `image-damaged`, `image-inconsistent`, `image-changed`, `scan-timeout`, `run-cancelled`
   */
  finish(scanned: string | undefined): Promise<readonly string[]>;
  /** Ends it where the scan has failed; throws what it finds within moments, where that says more than the scan's failure. */
  giveUp(): Promise<void>;
}

export interface Checked {
  /** The tar, or the image's place in a layout. Absolute. */
  readonly file: { readonly tar: string } | { readonly layout: LayoutChoice };
  readonly timeoutMs: number;
}

/**
 * Begins to read a tar or layout in a thread of its own, to bind it to the image that Trivy, which verifies nothing of it,
 * tells of. Files are looked at before and after, as both read them by their paths.
 */
export function beginImageCheck(
  target: Target,
  { file, timeoutMs }: Checked,
  world: Pick<World, "workspace" | "temp" | "signal">,
): ImageCheck {
  const before = stateOf(pathsOf(file));
  const stop = new AbortController();
  const answer = askThread(requestOf(file, world), timeoutMs, AbortSignal.any([world.signal, stop.signal]));
  const done = answer.then((said) => {
    if (said === "timed-out") throw scanTimeout(target, timeoutMs);
    if (said === "ended") throw cancelled();
    if ("image" in said) return said.image;
    const { code, what } = said.problem;
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
    async giveUp() {
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

/** Another file, another content or another size make it another one. */
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

/** What the thread says; it is ended at the deadline, and on the signal. */
function askThread(request: CheckRequest, timeoutMs: number, signal: AbortSignal) {
  return new Promise<CheckAnswer | "timed-out" | "ended">((resolve) => {
    const thread = new Worker(PROGRAM, {
      workerData: request,
      // Nothing of the job's.
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
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
