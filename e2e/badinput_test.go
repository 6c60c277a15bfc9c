package e2e_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/kongo-gateway/kongo/internal/testenv"
)

const (
	jsonType      = "application/json"
	formType      = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data; boundary=x"
)

// Whatever is sent to the Admin API is answered in Kong's words, and nothing of it is kept.
func TestBadInput(t *testing.T) {
	t.Parallel()
	n := testenv.Kongo(t, testenv.NodeConfig{Env: map[string]string{"KONG_NGINX_ADMIN_CLIENT_MAX_BODY_SIZE": "1m"}})
	services := "http://" + n.Admin + "/services"
	must(t, "PUT", services+"/taken", `{"host":"first"}`)
	const badJSON, badForm = `{"message":"Cannot parse JSON body"}`, `{"message":"Cannot parse form body"}`
	for name, c := range map[string]struct {
		contentType, body string
		status            int
		answer            string
	}{
		"broken JSON":          {jsonType, `{"host":`, 400, badJSON},
		"more after JSON":      {jsonType, `{"host":"a"} x`, 400, badJSON},
		"no JSON":              {jsonType, "", 400, badJSON},
		"not an object":        {jsonType, `"host"`, 400, badJSON},
		"deep nesting":         {jsonType, strings.Repeat("[", 400_000), 400, badJSON},
		"deep objects":         {jsonType, strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000), 400, badJSON},
		"invalid UTF-8":        {jsonType, "{\"host\":\"\xff\"}", 400, badJSON},
		"half a character":     {jsonType, `{"host":"a","tags":["\ud800"]}`, 400, badJSON},
		"number out of range":  {jsonType, `{"host":"a","port":1e400}`, 400, badJSON},
		"wrong type":           {jsonType, `{"host":1}`, 400, `{"code":2,"fields":{"host":"expected a string"},"message":"schema violation (host: expected a string)","name":"schema violation"}`},
		"unknown field":        {jsonType, `{"host":"a","nope":1}`, 400, `{"code":2,"fields":{"nope":"unknown field"},"message":"schema violation (nope: unknown field)","name":"schema violation"}`},
		"several at once":      {jsonType, `{"host":"a","nope":1,"port":"x"}`, 400, `{"code":2,"fields":{"nope":"unknown field","port":"expected an integer"},"message":"2 schema violations (nope: unknown field; port: expected an integer)","name":"schema violation"}`},
		"duplicate":            {jsonType, `{"host":"a","name":"taken"}`, 409, `{"code":5,"fields":{"name":"taken"},"message":"UNIQUE violation detected on '{name=\"taken\"}'","name":"unique constraint violation"}`},
		"invalid UTF-8 form":   {formType, "\xff=\xfe", 400, badForm},
		"broken multipart":     {multipartType, "--x\r\nContent-Disposition: form-data; name=\"host\"\r\n\r\n\xff\r\n--x--\r\n", 400, `{"message":"Cannot parse multipart body"}`},
		"unknown content type": {"text/plain", "host=a", 415, `{"message":"Unsupported media type"}`},
		"no content type":      {"", `{"host":"a"}`, 415, `{"message":"Unsupported media type"}`},
		"too large":            {jsonType, `{"host":"` + strings.Repeat("a", 8<<20) + `"}`, 413, `{"message":"Payload too large"}`},
	} {
		t.Run(name, func(t *testing.T) {
			for _, chunked := range []bool{false, true} {
				status, answer := sendAll(t, n.Admin, c.contentType, c.body, chunked)
				if status != c.status || strings.TrimSpace(answer) != c.answer {
					t.Errorf("chunked: %v: %d %s", chunked, status, answer)
				}
			}
		})
	}
	if kept := must(t, "GET", services, "")["data"].([]any); len(kept) != 1 {
		t.Errorf("there are %d services: %v", len(kept), kept)
	}
	if _, body := send(t, "GET", services+"/taken", ""); !strings.Contains(body, `"host":"first"`) {
		t.Errorf("the service has become %s", body)
	}
	for _, path := range []string{"/services/%ff", "/services?size=x", "/services?size=0", "/services?offset=zzz", "/services?tags=", "/services?tags=a,b/c"} {
		if status, body := send(t, "GET", "http://"+n.Admin+path, ""); status/100 != 4 || !strings.Contains(body, `"message"`) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// sendAll posts a service as simple clients do, which look for an answer when everything is sent.
func sendAll(t *testing.T, address, contentType, body string, chunked bool) (status int, answer string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request := &bytes.Buffer{}
	fmt.Fprintf(request, "POST /services HTTP/1.1\r\nHost: kongo\r\nConnection: close\r\n")
	if contentType != "" {
		fmt.Fprintf(request, "Content-Type: %s\r\n", contentType)
	}
	if chunked {
		fmt.Fprintf(request, "Transfer-Encoding: chunked\r\n\r\n")
		if body != "" {
			fmt.Fprintf(request, "%x\r\n%s\r\n", len(body), body)
		}
		request.WriteString("0\r\n\r\n")
	} else {
		fmt.Fprintf(request, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	if _, err := request.WriteTo(conn); err != nil {
		t.Fatalf("the request could not be sent to its end: %v", err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}
