import { r as HttpClient } from "./http.js";

export { HttpClient };