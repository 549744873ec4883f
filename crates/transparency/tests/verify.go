// Checks a log with Go's own packages: the signature of its checkpoint, its root, and the place of every STEP-th entry.
//
// usage: go run verify.go FOLDER KEY STEP
//
// FOLDER holds the log's files; KEY is its public key.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles string

func (folder tiles) Height() int { return 8 }

func (folder tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(string(folder), path(tile)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (folder tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// The path of a tile in C2SP tlog-tiles: without its height, and with "entries" for "data".
func path(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func entries(folder string, n, size int64) [][]byte {
	width := int(min(256, size-n*256))
	data, err := os.ReadFile(filepath.Join(folder, path(tlog.Tile{H: 8, L: -1, N: n, W: width})))
	check(err)
	var all [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		all, data = append(all, data[2:2+length]), data[2+length:]
	}
	return all
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	folder := os.Args[1]
	step, err := strconv.ParseInt(os.Args[3], 10, 64)
	check(err)
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err)
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tiles(folder))
	proved := 0
	for n := int64(0); n < size; n += step {
		entry := entries(folder, n/256, size)[n%256]
		proof, err := tlog.ProveRecord(size, n, reader)
		check(err)
		check(tlog.CheckRecord(proof, size, root, n, tlog.RecordHash(entry)))
		proved++
	}
	fmt.Println(lines[0], size, proved)
}
