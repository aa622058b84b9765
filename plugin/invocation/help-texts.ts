/** Sentences that the help of several verbs shares. */
export const MIGRATIONS_HELP =
  'A release with migrations has them run first, once for each version; one that fails leaves both colors untouched.';

export const WRITE_BACK_HELP =
  'With --write-back the spec then gets the active color and the image that it runs, and dist/ is synthesized from it: a\n' +
  'diff to commit. Where Argo CD, Flux or Helm owns the selector, the commit is what moves traffic: everything before the\n' +
  'switch is done, the files are written, and traffic stays until that tool applies them. With --force it moves at once.\n' +
  'With --wait the run then waits until the tool has moved traffic, proves and watches that, and records it. When that fails, the\n' +
  'spec is set back for another commit, and the version is on hold: promote refuses it until --release-hold.';

export const BUILD_HELP =
  'With --build the image is built first, by docker, podman or nerdctl, under its version and under the color. With --push both\n' +
  'are pushed, with the credentials that the builder holds, and what is deployed is pinned by digest. When the build or the\n' +
  'push fails, nothing of the cluster is changed.';

export const COMMANDS_HELP =
  'A command behind --, or among the checks of the manifests that -f names, is run on this machine once every Pod has passed,\n' +
  'with PREVIEW_URL (http://127.0.0.1:PORT, which leads to those Pods in turn), PREVIEW_COLOR, RELEASE, NAMESPACE and VERSION\n' +
  'set. Exit code 0 passes. A command that only an annotation in the cluster names is refused without --run-commands.';
