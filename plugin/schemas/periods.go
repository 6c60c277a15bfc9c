package schemas

import (
	"fmt"

	"github.com/kongo-gateway/kongo/datastore/schema"
)

var periods = []string{"second", "minute", "hour", "day", "month", "year"}

// Periods are the fields of limits for periods of different length.
var Periods = []schema.Field{limit("second"), limit("minute"), limit("hour"), limit("day"), limit("month"), limit("year")}

func limit(period string) schema.Field {
	return schema.Field{Name: period, Type: schema.Number, GreaterThan: new(0.0)}
}

// AnyPeriod demands at least one of the limits in the record at path, which ends in a dot or is "".
func AnyPeriod(path string) schema.Check {
	names := make(schema.AtLeastOneOf, len(periods))
	for i, p := range periods {
		names[i] = path + p
	}
	return names
}

// Inverted says which limit for a longer period is lower than one for a shorter, "" if none is.
func Inverted(limits map[string]any) string {
	for i, shorter := range periods {
		low, ok := schema.Float(limits[shorter])
		if !ok {
			continue
		}
		for _, longer := range periods[i+1:] {
			if high, ok := schema.Float(limits[longer]); ok && high < low {
				return fmt.Sprintf("limit for %s(%.1f) cannot be lower than the limit for %s(%.1f)", longer, high, shorter, low)
			}
		}
	}
	return ""
}
