package loop

import (
	"os/exec"
	"strings"
)

// Repository is a git repository in a folder.
type Repository struct{ folder string }

// Read gives the commit of HEAD, and the files that it holds under a path; none where the path is gone.
func (r Repository) Read(path string) (revision string, files []string, err error) {
	if revision, err = r.git("rev-parse", "HEAD"); err != nil {
		return "", nil, err
	}
	names, err := r.git("ls-tree", "-r", "--name-only", revision, path+"/")
	if err != nil {
		return revision, nil, err
	}
	for _, name := range strings.Fields(names) {
		text, err := r.git("show", revision+":"+name)
		if err != nil {
			return revision, nil, err
		}
		files = append(files, text)
	}
	return revision, files, nil
}

func (r Repository) git(args ...string) (string, error) {
	out, err := exec.Command("git", append([]string{"-C", r.folder}, args...)...).Output()
	return strings.TrimSpace(string(out)), err
}
