import { scanStored } from "./scanners.trivy.stored.js";

export { scanStored };