// Loaded only if a request is sent; one module, so that it becomes one chunk of the bundle.
export { GitHub } from "@actions/github/lib/utils";
export { getProxyUrl } from "@actions/http-client/lib/proxy";
export { Agent, fetch, ProxyAgent } from "undici";
