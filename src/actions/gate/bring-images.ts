/** All that a gate needs to bring images in, loaded at once, and only if there is an image. */
export { imageAcquirer } from "../../images/acquire/acquire.ts";
export { acquireFirst, onAcquiredImages } from "../../scan/acquired.ts";
export { expandPlatforms } from "../../scan/every-platform.ts";
