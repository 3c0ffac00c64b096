import { hashOf, hashed, readAllAt, sha256OfBytes, writeAllAt } from "./shared.thread.js";

export { hashed };