import { knownDocument } from "./scan.known-documents.js";

export { knownDocument };