import { acquireFirst, expandPlatforms, imageAcquirer, onAcquiredImages } from "./scan.acquired.js";

export { acquireFirst, expandPlatforms, imageAcquirer, onAcquiredImages };