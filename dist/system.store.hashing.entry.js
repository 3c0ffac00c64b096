import { hashed, readAllAt, sha256OfBytes, sha256OfFile, writeAllAt } from "./shared.thread.js";

export { hashed };