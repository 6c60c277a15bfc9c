package router

// Where the fields of a priority lie, in bits from the lowest. Kong 3.9: router, order of traditional_compatible.
const (
	attributesShift    = 61 // number of attributes set
	plainHostShift     = 60 // hosts set, none of them with a wildcard
	headersShift       = 52 // number of header names
	regexShift         = 51 // the path is a regular expression
	regexPriorityShift = 19 // regex_priority, with a regular expression
	maxCountedHeaders  = 255
	prefixLengthMask   = 1<<19 - 1 // length of the prefix, otherwise
)

// traits are the facts about a part that its priority is made of.
type traits struct {
	attributes    int    // number of attributes set: methods, hosts, headers, SNIs, paths
	category      uint64 // a bit for each of them: hosts, headers, paths, methods, SNIs, from the highest
	plainHosts    bool
	wildcardPort  bool // one of the hosts has a wildcard and a port
	headers       int
	regex         bool
	regexPriority int64
	prefixLength  int
}

// priority ranks a part; larger comes first.
func (o Order) priority(t traits) uint64 {
	if o == Traditional {
		return t.traditional()
	}
	shift := shift32
	if o == Documented {
		shift = shift64
	}
	priority := shift(int64(t.attributes), attributesShift) | shift(int64(min(t.headers, maxCountedHeaders)), headersShift)
	if t.plainHosts {
		priority |= 1 << plainHostShift
	}
	if t.regex {
		regexPriority := t.regexPriority
		if o == Documented {
			regexPriority = signedField(regexPriority)
		}
		return priority | 1<<regexShift | shift(regexPriority, regexPriorityShift)
	}
	return priority | uint64(t.prefixLength)&prefixLengthMask
}

// Where the fields of a traditional priority lie. Kong 3.9: router, order in traditional.
const (
	weightShift             = 61 // number of attributes set
	categoryShift           = 56
	wildcardPortShift       = 55
	traditionalHostShift    = 54 // hosts set, none of them with a wildcard
	traditionalRegexShift   = 53
	traditionalHeadersShift = 45 // number of header names
	withinShift             = 13 // regex_priority with a regular expression, otherwise length of the prefix
)

// traditional is the priority in the Traditional order. Kong searches short lists before long ones, so that there an entry
// with a plain host may lose against one with a wildcard and a longer prefix, depending on what other routes there are; here
// it never does.
func (t traits) traditional() uint64 {
	flag := func(set bool, shift uint) uint64 {
		if set {
			return 1 << shift
		}
		return 0
	}
	within := int64(t.prefixLength)
	if t.regex {
		within = signedField(t.regexPriority)
	}
	return uint64(t.attributes)<<weightShift | t.category<<categoryShift |
		flag(t.wildcardPort, wildcardPortShift) | flag(t.plainHosts, traditionalHostShift) | flag(t.regex, traditionalRegexShift) |
		uint64(min(t.headers, maxCountedHeaders))<<traditionalHeadersShift | uint64(within)<<withinShift
}

func shift64(n int64, by uint) uint64 { return uint64(n) << by }

// shift32 is the shift that Kong's releases make where they mean shift64: of 32 bits, by the count modulo 32, with a
// signed result. A negative one becomes the top bit alone when it is joined with the rest.
func shift32(n int64, by uint) uint64 {
	shifted := int32(uint32(n) << (by % 32))
	if shifted < 0 {
		return 1 << 63
	}
	return uint64(shifted)
}

// signedField fits a signed number into the 32 bits of the regex_priority field so that its order is kept.
func signedField(n int64) int64 {
	const half = 1 << 31
	return max(-half, min(n, half-1)) + half
}
