import { acquireFirst, heldToImage, onAcquiredImages } from "./scan.acquired.js";

export { heldToImage };