import { copyHashed, hashed, readAllAt, sha256OfBytes, sha256OfFile, writeAll, writeAllAt } from "./shared.thread.js";

export { hashed };