import { copyHashed, hashed, sha256OfBytes, sha256OfFile, writeAll, writeAllAt } from "./shared.answer.js";

export { hashed };