import { Headers, HttpClient, HttpClientError, HttpClientResponse, HttpCodes, MediaTypes } from "./package.undici.js";

export { HttpClient };