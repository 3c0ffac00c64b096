export { type ResolvedImages, type Resolving, resolveRunning } from "./resolve.ts";
export { type RunningScan, type ScannedImage, type ScannedImages, scanRunning } from "./scan.ts";
