module image-gate.test/read-oci

go 1.26
