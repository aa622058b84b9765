import { type Flags, flag, text } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

const FLAGS: Flags = {
  image: text('Image that both colors run: REPOSITORY:TAG or REPOSITORY[:TAG]@DIGEST'),
  version: text('Tag of the image, where --image has none'),
  port: text('Port that the container listens on', '3000'),
  'service-port': text('Port of the Services', '80'),
  'service-type': text('Type of the active Service: LoadBalancer, NodePort or ClusterIP', "'LoadBalancer'", {
    choices: ['LoadBalancer', 'NodePort', 'ClusterIP'],
  }),
  replicas: text('Pods of each color', '2'),
  'health-path': text('Path of the startup and liveness probes', "'/health/live'"),
  'readiness-path': text('Path of the readiness probe', "'/health/ready'"),
  check: text(
    'Path that every Pod must answer before traffic moves, this flag can be repeated; by default the paths of the probes that are given',
    '[]',
    { array: true },
  ),
  env: text('Environment variable NAME=VALUE, this flag can be repeated', '[]', { array: true }),
  config: text('Configuration NAME=VALUE, kept in a ConfigMap, this flag can be repeated', '[]', { array: true }),
  'from-cluster': flag('Read the spec from what is in the cluster; nothing there is changed'),
  deployment: text('Deployment to read, for --from-cluster; those of the release, else the one of its name'),
  service: text('Service of that Deployment, for --from-cluster', "'NAME'"),
  partial: flag('Write the spec although it cannot say all that is live, for --from-cluster'),
  spec: text('File to write', "'charts/releases/NAME.yaml'"),
  overwrite: flag('Replace the file when it exists'),
  'dry-run': flag('Print the spec and write nothing'),
  yes: flag('Take the defaults and ask nothing', { alias: 'y' }),
  output: text('Output format: json, yaml or name', "''", { alias: 'o', choices: ['json', 'yaml', 'name'] }),
};

export const init: Verb = {
  name: 'init',
  group: 'Setup Commands',
  args: '[NAME]',
  maxArgs: 1,
  summary: 'Write the spec of a new release, or of what is in the cluster',
  help: () => import('./help.js'),
  flags: FLAGS,
  load: () => import('./run.js'),
};
