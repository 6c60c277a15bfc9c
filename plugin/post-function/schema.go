package postfunction

import "github.com/kongo-gateway/kongo/plugin/schemas"

// subschema describes the configs of post-function and where they may apply.
var subschema = schemas.Serverless("post-function")
