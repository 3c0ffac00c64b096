// Loaded only where a release is downloaded, and so a chunk of its own in the bundle.
export { downloadTool } from "@actions/tool-cache";
