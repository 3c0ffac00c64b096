// What a run needs that sends its findings to code scanning: one chunk of the bundle.
export { uploadSarif } from "../reports/upload-sarif.ts";
