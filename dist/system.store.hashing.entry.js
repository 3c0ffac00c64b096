import { copyHashed, hashed, sha256OfBytes, sha256OfFile, writeAll, writeAllAt } from "./shared.start.js";

export { hashed };