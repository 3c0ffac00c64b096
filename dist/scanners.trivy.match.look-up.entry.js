import { lookUp, match, refOf } from "./scanners.trivy.match.look-up.js";

export { match };