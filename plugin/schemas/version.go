package schemas

// Version is what every bundled plugin gives as its version: that of the Kong whose configs it takes.
const Version = "3.9.1"

// Removal is the version from which on deprecated names are announced to be gone.
const Removal = "4.0"
