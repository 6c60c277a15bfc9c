package declarative
import ("testing";"os";"context";"log/slog";"time";"fmt";"io";"bytes";"encoding/json";"runtime"
"github.com/kongo-gateway/kongo/datastore"
"github.com/kongo-gateway/kongo/datastore/entity"
"github.com/kongo-gateway/kongo/datastore/schema"
"github.com/kongo-gateway/kongo/memory"
"github.com/kongo-gateway/kongo/plugin/bundled"
"github.com/kongo-gateway/kongo/plugin"
"github.com/kongo-gateway/kongo/plugin/schemas")
func setup(t testing.TB) (*Parser, *Loader, *datastore.DB) {
	reg, _ := plugin.NewRegistry(bundled.Plugins(schemas.Node{DBLess:true})...)
	ents := entity.Core(entity.Options{RouterFlavor:"traditional_compatible", Plugins: reg.Schemas(), Vaults: map[string]*schema.Subschema{"env": &entity.EnvVault}})
	m, err := schema.NewModel(append(ents, bundled.Entities()...)...)
	if err != nil { t.Fatal(err) }
	p := NewParser(m, memory.DefaultWorkspace)
	s := memory.New(memory.Options{Model: m, ReadOnly: true})
	log := slog.New(slog.DiscardHandler)
	f, err := datastore.NewFeed(context.Background(), s, datastore.FeedOptions{Node:"n", Frequency: time.Second, Log: log})
	if err != nil { t.Fatal(err) }
	db, err := datastore.NewDB(context.Background(), s, m, f, log)
	if err != nil { t.Fatal(err) }
	return p, NewLoader(p, s, f), db
}
func TestX(t *testing.T) {
	_, l, db := setup(t)
	for _, d := range []string{
		`{"_format_version": "3.0", "services": [{"name": "moss", "url":"http://a", "plugins":[{"name":"key-auth"}],"routes":[{"name":"fern","paths":["/x"]}]}],"consumers":[{"username":"newt","keyauth_credentials":[{"key":"k","ttl":100}],"basicauth_credentials":[{"username":"u","password":"p"}]}],"upstreams":[{"name":"u1","targets":[{"target":"t1.example:81"}]}]}`,
		`{"_format_version": "3.0", "services": [{"name": "s", "port": -1, "routes": [{"paths": ["x"]}]}]}`,
		`{"_format_version": "3.0", "consumers": [{"username": "u1", "keyauth_credentials": [{"key": "k"}]}, {"username": "u2", "keyauth_credentials": [{"key": "k"}]}]}`,
		`{"_format_version": "3.0", "routes": [{"name": "rr", "paths": ["/x"], "service": "missing"}]}`,
		`{"_format_version": "3.0", "services": [{"name": "a", "host": "kiln.example", "tags": ["t1"], "protocol": "tcp", "path": "/x", "routes": [{"name": "r", "protocols": ["http"], "methods": ["GET"], "bogus": 1}]}]}`,
		`{"_format_version": "3.0", "widgets": [], "services": [{"name": "b"}]}`,
		`{}`,
		`{"_format_version": 3.0, "services": {}, "routes":"x","_transform":1, "plugins":[1,null]}`,
		"_format_version: '2.1'\nroutes:\n- paths: [\"/a/\\\\d+\", \"/plain\"]\n  service: s\nservices:\n- {name: s, url: http://x}\n",
		`{"_format_version": "3.0", "routes": [{"name": "rr", "paths": ["/x"], "service": {"id":"b268827a-8f7f-551f-8769-e6bceb2f3ec6"}}],"services":[{"name":"s","host":"h"}]}`,
	} {
		c, err := l.Load(context.Background(), Source{Text: []byte(d)})
		if err != nil {
			e := err.(*Error)
			fl, rest := e.Flatten()
			j, _ := json.Marshal(fl)
			j2, _ := json.Marshal(rest.Fields)
			fmt.Println(err, "\n", e.Tree(), "\n  FLAT", string(j), string(j2))
			continue
		}
		c.WriteJSON(os.Stdout); fmt.Println(c.Hash)
		var b bytes.Buffer
		if err := Export(context.Background(), db, &b); err != nil { t.Fatal(err) }
		fmt.Println(b.String())
		if _, err := l.Load(context.Background(), Source{Text: b.Bytes()}); err != nil { t.Fatal(err) }
	}
}
func BenchmarkLoad(b *testing.B) {
	for _, f := range []string{"big.json","big.yml"} {
	data, _ := os.ReadFile("/tmp/decl/"+f)
	b.Run(f, func(b *testing.B) {
	b.ReportAllocs()
	_, l, _ := setup(b)
	for b.Loop() {
		if _, err := l.Load(context.Background(), Source{Text: data}); err != nil { b.Fatal(err) } }
	}) }
}
func BenchmarkDoc(b *testing.B) {
	data, _ := os.ReadFile("/tmp/decl/big.json")
	b.ReportAllocs()
	_, l, db := setup(b)
	b.Run("read", func(b *testing.B) {
	for b.Loop() { b.StopTimer()
		d, _ := decodeJSON(data)
		b.StartTimer()
		if _, err := l.parser.Parse(Source{Document: d.(map[string]any)}); err != nil { b.Fatal(err) } }
	})
	c, err := l.Load(context.Background(), Source{Text: data})
	if err != nil { b.Fatal(err) }
	b.Run("write", func(b *testing.B) { for b.Loop() { c.WriteJSON(io.Discard) } })
	b.Run("each", func(b *testing.B) { for b.Loop() { for _, e := range db.Model().Entities() { if e.Internal { continue }; db.Each(context.Background(), e, datastore.Key{}, func(datastore.Document) error { return nil }) } } })
	b.Run("export", func(b *testing.B) { for b.Loop() { Export(context.Background(), db, io.Discard) } })
	b.Run("replace", func(b *testing.B) { for b.Loop() { c.replace(context.Background(), l.store) } })
	c = nil
	runtime.GC()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	fmt.Println("heap", ms.HeapAlloc>>20)
	_ = l
	runtime.KeepAlive(db)
}
