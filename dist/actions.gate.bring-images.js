import { imageAcquirer } from "./images.acquire.acquire.js";
import { acquireFirst, expandPlatforms, onAcquiredImages } from "./scan.acquired.js";

export { acquireFirst, expandPlatforms, imageAcquirer, onAcquiredImages };