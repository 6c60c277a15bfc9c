package prefunction

import "github.com/kongo-gateway/kongo/plugin/schemas"

// subschema describes the configs of pre-function and where they may apply.
var subschema = schemas.Serverless("pre-function")
