import { acquireFirst, expandPlatforms, imageAcquirer, onAcquiredImages } from "./shared.scanner.js";

export { acquireFirst, expandPlatforms, imageAcquirer, onAcquiredImages };