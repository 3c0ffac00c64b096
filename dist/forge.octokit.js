import { GitHub } from "./package.@actions.github.lib.utils.js";
import { getProxyUrl } from "./package.http-client.js";
import { require_undici } from "./package.undici.js";

// src/forge/octokit.ts
var import_undici = require_undici();

var Agent = import_undici.Agent;
var ProxyAgent = import_undici.ProxyAgent;
var fetch = import_undici.fetch;
export { Agent, GitHub, ProxyAgent, fetch, getProxyUrl };