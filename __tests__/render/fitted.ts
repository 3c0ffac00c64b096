import { type Block, fitBlocks, type Measure, utf16Units } from "../../src/render/markdown/fit.ts";

/** What becomes of the blocks, the text alone. */
export function fitTo(blocks: readonly Block[], limit: number, measure: Measure = utf16Units): string {
  return fitBlocks(blocks, limit, measure).text;
}
