import { decide } from "./shared.scan.js";

export { decide };