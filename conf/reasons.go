package conf

// Why a setting has no effect, where that is the same for several of them. A
// reason completes "has no effect in kongo: …". What is only missing so far
// says "yet".
const (
	noNginx          = "there is no nginx that it could configure"
	noStreams        = "kongo does not serve streams yet"
	noGUI            = "kongo has no graphical interface"
	noTracing        = "kongo does not trace requests yet"
	noRequestDebug   = "kongo does not measure single requests yet"
	noLua            = "kongo runs no Lua"
	noWasm           = "kongo runs no WebAssembly filters"
	noPluginServers  = "kongo runs no plugins in other processes"
	noHybrid         = "kongo is no part of a hybrid deployment, its nodes share a database"
	noWorkerEvents   = "kongo is one process, it has no workers that send each other events"
	atOnce           = "a change is in force when the Admin API answers"
	noUser           = "kongo runs as the user who starts it"
	noLMDB           = "kongo does not keep declarative configurations in LMDB"
	noCachedRows     = "what is in memory is kept up to date by events, and no plugin that runs yet looks up anything else"
	noNewDNS         = "kongo has one DNS client, which the dns_ settings configure"
	noPreference     = "Go orders ciphers by itself"
	noDH             = "Go has no ciphers with Diffie-Hellman parameters"
	noSessionTimeout = "Go settles itself how long a TLS session can be resumed"
	noLuaTLS         = "Go settles itself how connections to servers are secured"
	noOpenSSL        = "there is no OpenSSL that it could configure"
)
