// Command sleep waits the given number of seconds: images without a shell need one for preStop hooks.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sleep SECONDS")
		os.Exit(2)
	}
	seconds, err := strconv.ParseFloat(os.Args[1], 64)
	if err != nil || seconds < 0 {
		fmt.Fprintf(os.Stderr, "sleep: invalid number of seconds %q\n", os.Args[1])
		os.Exit(2)
	}
	time.Sleep(time.Duration(seconds * float64(time.Second)))
}
