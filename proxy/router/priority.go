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
	attributes    int // number of attributes set: methods, hosts, headers, SNIs, paths
	plainHosts    bool
	headers       int
	regex         bool
	regexPriority int64
	prefixLength  int
}

// priority ranks a part; larger comes first.
func (o Order) priority(t traits) uint64 {
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
