import { TRIVY_VERSION, installTrivy } from "./shared.scanner.js";

export { TRIVY_VERSION, installTrivy };