import type { Options } from 'yargs';

export type Flags = Readonly<Record<string, Options & { describe: string; hint?: string }>>;

export const text = (describe: string, hint = "''", more: Options = {}) => ({
  type: 'string' as const,
  describe,
  hint,
  ...more,
});
export const flag = (describe: string, more: Options = {}) => ({
  type: 'boolean' as const,
  describe,
  hint: 'false',
  ...more,
});

/**
 * kubectl's global flags: accepted by every command and handed to kubectl as they are.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/kubectl-options/
 */
export const KUBECTL_FLAGS: Flags = {
  as: text('Username to impersonate for the operation'),
  'as-group': text('Group to impersonate for the operation, this flag can be repeated', '[]', { array: true }),
  'as-uid': text('UID to impersonate for the operation'),
  'as-user-extra': text('User extras to impersonate for the operation', '[]', { array: true }),
  'cache-dir': text('Default cache directory'),
  'certificate-authority': text('Path to a cert file for the certificate authority'),
  'client-certificate': text('Path to a client certificate file for TLS'),
  'client-key': text('Path to a client key file for TLS'),
  cluster: text('The name of the kubeconfig cluster to use'),
  context: text('The name of the kubeconfig context to use'),
  'disable-compression': flag('If true, opt-out of response compression for all requests to the server'),
  'insecure-skip-tls-verify': flag("If true, the server's certificate will not be checked for validity"),
  kubeconfig: text('Path to the kubeconfig file to use for CLI requests'),
  'match-server-version': flag('Require server version to match client version'),
  namespace: text('If present, the namespace scope for this CLI request', "''", { alias: 'n' }),
  password: text('Password for basic authentication to the API server'),
  'request-timeout': text('The length of time to wait before giving up on a single server request', "'30s'"),
  server: text('The address and port of the Kubernetes API server', "''", { alias: 's' }),
  'tls-server-name': text('Server name to use for server certificate validation'),
  token: text('Bearer token for authentication to the API server'),
  user: text('The name of the kubeconfig user to use'),
  username: text('Username for basic authentication to the API server'),
  v: text("number for kubectl's log level verbosity", '0'),
};

/** Flags that every command has. */
export const COMMON_FLAGS: Flags = {
  color: text('When to color the output: auto, always or never', "'auto'", {
    choices: ['auto', 'always', 'never'],
    default: 'auto',
  }),
  help: flag('Show this help', { alias: 'h' }),
};

export const OUTPUT_FLAG: Flags = {
  output: text('Output format: json, yaml or name', "''", { alias: 'o', choices: ['json', 'yaml', 'name'] }),
};

export const STATUS_OUTPUT_FLAG: Flags = {
  output: text('Output format: json, yaml, name or wide', "''", {
    alias: 'o',
    choices: ['json', 'yaml', 'name', 'wide'],
  }),
};

export const HISTORY_FLAGS: Flags = {
  limit: text('Number of entries to show, the newest ones, by default all'),
  output: text('Output format: json, yaml or wide', "''", { alias: 'o', choices: ['json', 'yaml', 'wide'] }),
};

export const REVISION_FLAG: Flags = {
  'to-revision': text(
    'Revision to bring back, as "kubectl bluegreen history DEPLOYMENT" lists them; 0 is the previous one',
  ),
};

export const CHECK_PATH_FLAG: Flags = {
  'check-path': text(
    'Path that each Pod of a plain Deployment must answer with 200, in place of the paths of its own probes, this flag can be repeated',
    '[]',
    { array: true },
  ),
};

export const STATUS_FLAGS: Flags = {
  watch: flag('Show it again whenever it changes, until interrupted', { alias: 'w' }),
  'all-namespaces': flag('Show the releases of every namespace', { alias: 'A' }),
  ...STATUS_OUTPUT_FLAG,
};

export const LOGS_FLAGS: Flags = {
  follow: flag('Go on with new lines and new Pods, until interrupted', { alias: 'f' }),
  tail: text(
    'Lines of each Pod to begin with; -1 is all of them, as is the default with --since or --since-promote',
    '10',
  ),
  since: text('Only lines that are newer than a duration like 5s, 2m, or 3h'),
  'since-promote': flag('Only lines since traffic was last moved'),
  previous: flag('The log of the container before its last restart', { alias: 'p' }),
  timestamps: flag('Begin each line with its time, in UTC'),
  container: text("Container of the Pods, the release's own by default", "''", { alias: 'c' }),
  'all-containers': flag('Every container of the Pods, also those that initialize them'),
  prefix: { ...flag('Begin each line with the color and the Pod it is from', { default: true }), hint: 'true' },
  output: text('Output format: json, an object a line', "''", { alias: 'o', choices: ['json'] }),
};

export const CHECK_FLAGS: Flags = {
  'check-retries': text(
    'Attempts in all for each check of each Pod, by default those of the check; also HEALTH_CHECK_RETRIES',
  ),
  'check-interval': text(
    'Time between two attempts, like 5s, by default that of the check; also HEALTH_CHECK_INTERVAL, in seconds',
  ),
  'check-timeout': text('Time for one attempt, like 10s, by default that of the check'),
  'verify-timeout': text(
    'Time for all checks of all Pods, like 2m, 0 for no limit; also SMOKE_TEST_TIMEOUT, in seconds',
  ),
};

export const EVENTS_FLAG: Flags = {
  events: text('File to write what happens to while it happens, one JSON object a line, - for stdout'),
};

export const JUNIT_FLAG: Flags = {
  junit: text('File to write a JUnit report of the checks to'),
};

export const COMMAND_FLAGS: Flags = {
  'run-commands': {
    ...flag(
      'Run commands among the checks although only an annotation in the cluster names them; =false leaves out all ' +
        'commands of the checks',
    ),
    hint: "''",
  },
};

export const FILENAME_FLAG: Flags = {
  filename: text('Folder or file of synthesized manifests; without it the manifests in the cluster are used', '[]', {
    alias: 'f',
    array: true,
  }),
};

export const DEPLOY_FLAGS: Flags = {
  ...FILENAME_FLAG,
  version: text('Version to deploy: the tag of the image'),
  image: text('Image to deploy: REPOSITORY[:TAG][@DIGEST]'),
  timeout: text('Time for the Pods to become ready, like 5m, 0 for no limit'),
  'apply-shared': flag('Also apply changed objects that both colors use, such as a shared ConfigMap'),
  prune: {
    ...flag('Delete objects of the release that its manifests no longer hold; --prune=false keeps them'),
    hint: 'true',
  },
};

export const BUILD_FLAGS: Flags = {
  build: flag('Build the image first, and tag it with its version and with the color that it is deployed to'),
  dockerfile: text('Dockerfile, for --build', "'CONTEXT/Dockerfile'"),
  'build-context': text('Folder that is built, for --build', "'.'"),
  'build-arg': text('Build argument NAME=VALUE, for --build, this flag can be repeated', '[]', { array: true }),
  platform: text("Platform that is built for, such as linux/amd64, for --build; by default the builder's own"),
  push: flag('Push both tags to the registry after --build, and pin what is deployed by its digest'),
  builder: text(
    'Program that builds: docker, podman or nerdctl, by default the first that is found; also BLUEGREEN_BUILDER',
    "''",
    {
      choices: ['docker', 'podman', 'nerdctl'],
    },
  ),
};

export const ENVIRONMENT_FLAG: Flags = {
  environment: text(
    'Environment of the release: its manifests, which name the namespace, are in the folder of that name within -f, or within dist/',
  ),
};

export const CAPACITY_FLAG: Flags = {
  'skip-capacity-check': flag('Do not ask whether quotas, LimitRanges and nodes have room for the Pods'),
};

export const DRY_RUN_FLAG: Flags = {
  'dry-run': flag('Print the plan and change nothing'),
};

export const DOCTOR_FLAGS: Flags = {
  filename: text('Folder or file of synthesized manifests, to compare the cluster with', '[]', {
    alias: 'f',
    array: true,
  }),
  exec: flag('Also run wget, curl or node in a Pod of the release, to ask the active Service through kube-proxy'),
  output: text('Output format: json or yaml', "''", { alias: 'o', choices: ['json', 'yaml'] }),
};

export const WRITE_BACK_FLAGS: Flags = {
  'write-back': flag(
    'Afterwards write the active color and its image into the spec, and synthesize it. Where another tool owns the selector, ' +
      'this takes the place of the switch',
  ),
  wait: flag(
    'With --write-back where another tool owns the selector: wait until it has moved traffic, prove and watch that, and record it',
  ),
  'wait-timeout': text('Longest time to wait for that tool with --wait, 0 waits forever', "'1h'"),
  spec: text('Spec of the release, for --write-back', "'charts/releases/NAME.yaml'"),
  'output-dir': text('Folder of its synthesized manifests, for --write-back', "'dist'", {
    alias: 'd',
    default: 'dist',
  }),
};

export const HOLD_FLAG: Flags = {
  'release-hold': flag('Promote a version that is on hold, because it failed after it had got the traffic'),
};

export const YES_FLAG: Flags = {
  yes: flag('Do not ask before traffic moves', { alias: 'y' }),
};
