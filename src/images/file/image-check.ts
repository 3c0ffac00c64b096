import { ImageProblem, type ProblemCode } from "./bytes.ts";
import { checkLayoutImage, type LayoutImage } from "./layout-image.ts";
import { type CheckedImage, checkSavedImage } from "./saved-image.ts";

// A separate thread that reads an image's file while the scanner runs. On a second core it takes almost no time, and it can be
// ended if a hostile file hangs it. check-image.ts of the scanner starts it, see system/threads.ts.

/** What to check. */
export type CheckRequest = { readonly tar: string } | { readonly layout: LayoutImage };

/** The result of the check. */
export type CheckAnswer =
  | { readonly image: CheckedImage }
  | { readonly problem: { readonly code: ProblemCode; readonly what: string } };

/** Checks the image of a file. Never throws. */
export async function checkImage(request: CheckRequest): Promise<CheckAnswer> {
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
