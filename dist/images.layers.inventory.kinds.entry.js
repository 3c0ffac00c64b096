import { PACKAGE_STORES, couldTell, dpkgOwnerOf, isTellingFolder, kindsOf, otherManagerOf, storePackageOf, vendorOf, vendorOfPackage } from "./shared.layers.js";

export { kindsOf };