package bundled

import (
	"github.com/kongo-gateway/kongo/datastore/schema"
	"github.com/kongo-gateway/kongo/plugin"
	"github.com/kongo-gateway/kongo/plugin/acl"
	"github.com/kongo-gateway/kongo/plugin/acme"
	aipromptdecorator "github.com/kongo-gateway/kongo/plugin/ai-prompt-decorator"
	aipromptguard "github.com/kongo-gateway/kongo/plugin/ai-prompt-guard"
	aiprompttemplate "github.com/kongo-gateway/kongo/plugin/ai-prompt-template"
	aiproxy "github.com/kongo-gateway/kongo/plugin/ai-proxy"
	airequesttransformer "github.com/kongo-gateway/kongo/plugin/ai-request-transformer"
	airesponsetransformer "github.com/kongo-gateway/kongo/plugin/ai-response-transformer"
	awslambda "github.com/kongo-gateway/kongo/plugin/aws-lambda"
	azurefunctions "github.com/kongo-gateway/kongo/plugin/azure-functions"
	basicauth "github.com/kongo-gateway/kongo/plugin/basic-auth"
	botdetection "github.com/kongo-gateway/kongo/plugin/bot-detection"
	correlationid "github.com/kongo-gateway/kongo/plugin/correlation-id"
	"github.com/kongo-gateway/kongo/plugin/cors"
	"github.com/kongo-gateway/kongo/plugin/datadog"
	filelog "github.com/kongo-gateway/kongo/plugin/file-log"
	grpcgateway "github.com/kongo-gateway/kongo/plugin/grpc-gateway"
	grpcweb "github.com/kongo-gateway/kongo/plugin/grpc-web"
	hmacauth "github.com/kongo-gateway/kongo/plugin/hmac-auth"
	httplog "github.com/kongo-gateway/kongo/plugin/http-log"
	iprestriction "github.com/kongo-gateway/kongo/plugin/ip-restriction"
	"github.com/kongo-gateway/kongo/plugin/jwt"
	keyauth "github.com/kongo-gateway/kongo/plugin/key-auth"
	ldapauth "github.com/kongo-gateway/kongo/plugin/ldap-auth"
	"github.com/kongo-gateway/kongo/plugin/loggly"
	"github.com/kongo-gateway/kongo/plugin/oauth2"
	"github.com/kongo-gateway/kongo/plugin/opentelemetry"
	postfunction "github.com/kongo-gateway/kongo/plugin/post-function"
	prefunction "github.com/kongo-gateway/kongo/plugin/pre-function"
	"github.com/kongo-gateway/kongo/plugin/prometheus"
	proxycache "github.com/kongo-gateway/kongo/plugin/proxy-cache"
	ratelimiting "github.com/kongo-gateway/kongo/plugin/rate-limiting"
	"github.com/kongo-gateway/kongo/plugin/redirect"
	requestsizelimiting "github.com/kongo-gateway/kongo/plugin/request-size-limiting"
	requesttermination "github.com/kongo-gateway/kongo/plugin/request-termination"
	requesttransformer "github.com/kongo-gateway/kongo/plugin/request-transformer"
	responseratelimiting "github.com/kongo-gateway/kongo/plugin/response-ratelimiting"
	responsetransformer "github.com/kongo-gateway/kongo/plugin/response-transformer"
	"github.com/kongo-gateway/kongo/plugin/schemas"
	"github.com/kongo-gateway/kongo/plugin/session"
	standardwebhooks "github.com/kongo-gateway/kongo/plugin/standard-webhooks"
	"github.com/kongo-gateway/kongo/plugin/statsd"
	"github.com/kongo-gateway/kongo/plugin/syslog"
	tcplog "github.com/kongo-gateway/kongo/plugin/tcp-log"
	udplog "github.com/kongo-gateway/kongo/plugin/udp-log"
	"github.com/kongo-gateway/kongo/plugin/zipkin"
)

// Plugins lists the plugins for a node, by name.
func Plugins(node schemas.Node) []plugin.Plugin {
	return []plugin.Plugin{
		acl.Plugin,
		acme.Plugin(node),
		aipromptdecorator.Plugin,
		aipromptguard.Plugin,
		aiprompttemplate.Plugin,
		aiproxy.Plugin,
		airequesttransformer.Plugin,
		airesponsetransformer.Plugin,
		awslambda.Plugin,
		azurefunctions.Plugin,
		basicauth.Plugin,
		botdetection.Plugin,
		correlationid.Plugin,
		cors.Plugin,
		datadog.Plugin,
		filelog.Plugin,
		grpcgateway.Plugin,
		grpcweb.Plugin,
		hmacauth.Plugin,
		httplog.Plugin,
		iprestriction.Plugin,
		jwt.Plugin,
		keyauth.Plugin,
		ldapauth.Plugin,
		loggly.Plugin,
		oauth2.Plugin,
		opentelemetry.Plugin,
		postfunction.Plugin,
		prefunction.Plugin,
		prometheus.Plugin,
		proxycache.Plugin(node),
		ratelimiting.Plugin,
		redirect.Plugin,
		requestsizelimiting.Plugin,
		requesttermination.Plugin,
		requesttransformer.Plugin,
		responseratelimiting.Plugin,
		responsetransformer.Plugin,
		session.Plugin,
		standardwebhooks.Plugin,
		statsd.Plugin,
		syslog.Plugin,
		tcplog.Plugin,
		udplog.Plugin,
		zipkin.Plugin,
	}
}

// Entities lists the entities that the plugins bring, parents before children. They refer to entities of the core.
func Entities() []*schema.Entity {
	return []*schema.Entity{
		&acl.Groups,
		&acme.Storage,
		&basicauth.Credentials,
		&hmacauth.Credentials,
		&jwt.Secrets,
		&keyauth.Credentials,
		&oauth2.Credentials,
		&oauth2.AuthorizationCodes,
		&oauth2.Tokens,
		&ratelimiting.Metrics,
		&session.Sessions,
	}
}
