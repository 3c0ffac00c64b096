// Loaded only where something is downloaded, and so a chunk of its own in the bundle.
export { HttpClient } from "@actions/http-client";
