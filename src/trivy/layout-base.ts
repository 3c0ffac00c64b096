import { BASE_DIGEST, BASE_NAME } from "./build-trace.ts";
import { annotationsInLayout } from "./layout.ts";

/** What the annotations of a layout's image say of its base: text of whoever built it. */
export function baseInLayout(location: string): { name: string | undefined; digest: string | undefined } {
  const annotations = annotationsInLayout(location);
  return { name: annotations[BASE_NAME], digest: annotations[BASE_DIGEST] };
}
