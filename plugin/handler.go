package plugin

// The interfaces of the phases. A handler implements those of the phases in which it takes part, at least one of them.
//
// An error means that the plugin itself failed. It is logged; in Rewrite and Access the client gets 500, in the later
// phases the response goes on. A refusal of the request is no error but an answer: Exchange.Answer.
type (
	// Rewriter takes part in the phase Rewrite.
	Rewriter interface{ Rewrite(Exchange) error }

	// Accessor takes part in the phase Access.
	Accessor interface{ Access(Exchange) error }

	// HeaderFilterer takes part in the phase HeaderFilter.
	HeaderFilterer interface{ FilterHeader(Exchange) error }

	// Logger takes part in the phase Log.
	Logger interface{ Log(Exchange) error }
)
