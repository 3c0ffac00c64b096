import { parentPort, workerData } from "node:worker_threads";
import { ImageProblem, type ProblemCode } from "./bytes.ts";
import { checkLayoutImage, type LayoutImage } from "./layout-image.ts";
import { type CheckedImage, checkSavedImage } from "./saved-image.ts";

// A thread of its own, which reads an image's file beside the scanner: on a second core it costs next to no time, and whatever a
// hostile file does to it, it can be ended. The scanner's room starts it (check-image.ts).

/** What is to be checked. */
export type CheckRequest = { readonly tar: string } | { readonly layout: LayoutImage };

/** What came of it. */
export type CheckAnswer =
  | { readonly image: CheckedImage }
  | { readonly problem: { readonly code: ProblemCode; readonly what: string } };

async function check(request: CheckRequest): Promise<CheckAnswer> {
  try {
    return { image: await ("tar" in request ? checkSavedImage(request.tar) : checkLayoutImage(request.layout)) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

function problemOf(error: unknown): { code: ProblemCode; what: string } {
  if (error instanceof ImageProblem) return { code: error.code, what: error.message };
  // Errors of decompression: Z_DATA_ERROR, Z_BUF_ERROR, ZSTD_error_corruption_detected, …
  const { code = "" } = error as NodeJS.ErrnoException;
  const what = /^Z/.test(code) ? `its compression is damaged: ${code}` : `it cannot be read: ${code || String(error)}`;
  return { code: "image-damaged", what };
}

parentPort?.postMessage(await check(workerData as CheckRequest));
