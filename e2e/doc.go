// Package e2e tests kongo from the outside, as the people who use it meet it: the real binary on real sockets, its command
// line, its files and signals, and what it answers beside what Kong has answered. It has tests only.
//
// commands_test.go, configuration_test.go and migrations_test.go go through the commands that end by themselves,
// daemon_test.go through the life of a node, mishap_test.go through what may befall it. badinput_test.go sends what nobody
// should send, golden_test.go replays recorded exchanges, selfhoster_test.go, haproxy_test.go, newcomer_test.go and those whose
// names begin with cluster tell whole stories, faults_test.go plants what verify and doctor have to find, and quickstart_test.go,
// clusterdocs_test.go and example_test.go run what the documentation says; package_test.go looks into what is installed. What is
// peculiar to a store is in files that are named for it; kong28_test.go is about databases that Kong 2.8 made.
package e2e
