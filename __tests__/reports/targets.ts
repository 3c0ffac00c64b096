import type { Target } from "../../src/domain/target.ts";

/** An image as a user names it. */
export const image = (input: string, platform?: string): Target => ({
  kind: "image",
  input,
  label: platform === undefined ? input : `${input} (${platform})`,
  ...(platform === undefined ? {} : { platform }),
});
