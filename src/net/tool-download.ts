// Loaded only where a release is downloaded or unpacked, and so a chunk of its own in the bundle.
export { exec } from "@actions/exec";
export { HttpClient } from "@actions/http-client";
export { downloadTool } from "@actions/tool-cache";
