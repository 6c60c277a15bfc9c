package golden

import "testing"

func TestMismatchIsReadable(t *testing.T) {
	rec := load(t, "010")
	p := newPlayer(t, rec, change{23, status(200)})
	found, err := rec.Replay(t.Context(), p.Node)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	want := `testdata/golden/010_services_generic.jsonl:23: admin POST /services [1] (JSON body [1])
    status
        want an error (departure: errors where Kong crashes; a 500 of the Admin API marks requests that Kong cannot cope with, kongo refuses them)
        got  200
    the answer was 200 {"message":"An unexpected error occurred"}`
	if got := found[0].String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
