import { acquireFirst, heldToImage, onAcquiredImages } from "./shared.scanner.js";

export { heldToImage };