import { connect, serverOf } from "./forge.github.api.api.js";

export { connect, serverOf };