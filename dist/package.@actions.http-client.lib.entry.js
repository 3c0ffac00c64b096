import { Headers, HttpClient, HttpClientError, HttpClientResponse, HttpCodes, MediaTypes } from "./package.http-client.js";

export { HttpClient };