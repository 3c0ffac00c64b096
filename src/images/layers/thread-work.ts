import { type FaultCode, ImageFault } from "../fault.ts";
import { type LayerWork, type ReadLayer, readLayer } from "./read-layer.ts";

/** A thread's answer: errors lose their class on the way. */
export type LayerAnswer =
  | { readonly layer: ReadLayer }
  | { readonly problem: { readonly code: FaultCode; readonly what: string } }
  | { readonly failure: { readonly code: string | undefined; readonly message: string } };

/** Reads a layer in a thread. Never throws. */
export async function answerWork(work: LayerWork): Promise<LayerAnswer> {
  try {
    return { layer: await readLayer(work) };
  } catch (error) {
    if (error instanceof ImageFault) return { problem: { code: error.code, what: error.message } };
    const { code, message } = error as NodeJS.ErrnoException;
    return { failure: { code, message: message ?? String(error) } };
  }
}

/** @throws the error that the thread had */
export function layerOf(answer: LayerAnswer): ReadLayer {
  if ("layer" in answer) return answer.layer;
  if ("problem" in answer) throw new ImageFault(answer.problem.code, answer.problem.what);
  const { code, message } = answer.failure;
  throw Object.assign(new Error(message), { code });
}
