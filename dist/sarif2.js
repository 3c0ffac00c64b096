import { n as sarifOf, t as renderSarif } from "./sarif.js";

export { renderSarif };