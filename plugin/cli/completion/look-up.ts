import { execa } from 'execa';
import { APP_LABEL, DEPLOYMENT_TYPE, DEPLOYMENT_TYPE_LABEL, SERVICE_TYPE_LABEL } from '../../../charts/names.js';
import { findKubectl } from '../../kube/kubectl.js';
import { environmentsIn } from '../../manifests/environments.js';
import type { LookUp, Source } from './complete.js';

/** Someone is waiting at a prompt: rather no candidates than late ones. */
const TIMEOUT_MS = 3000;

const each = (items: string, field: string) => `-o=jsonpath={range ${items}}${field}{"\\n"}{end}`;
const ACTIVE_SERVICES = `--selector=${DEPLOYMENT_TYPE_LABEL}=${DEPLOYMENT_TYPE},${SERVICE_TYPE_LABEL}=active`;

const PLAIN_DEPLOYMENTS = `--selector=${DEPLOYMENT_TYPE_LABEL}!=${DEPLOYMENT_TYPE}`;

const QUERIES: Readonly<Record<Exclude<Source, 'environments'>, readonly string[]>> = {
  contexts: ['config', 'view', each('.contexts[*]', '{.name}')],
  clusters: ['config', 'view', each('.clusters[*]', '{.name}')],
  users: ['config', 'view', each('.users[*]', '{.name}')],
  namespaces: ['get', 'namespaces', each('.items[*]', '{.metadata.name}')],
  deployments: ['get', 'deployments', PLAIN_DEPLOYMENTS, each('.items[*]', '{.metadata.name}')],
  releases: ['get', 'services', ACTIVE_SERVICES, each('.items[*]', `{.metadata.labels.${APP_LABEL}}`)],
};

/** Asks kubectl, and of environments dist/; finds nothing when kubectl fails or takes too long. */
export function lookUpWith(env: NodeJS.ProcessEnv): LookUp {
  return async (source, kubectlFlags) => {
    if (source === 'environments') return environmentsIn('dist');
    const args = [...QUERIES[source], ...namespaceOf(env, kubectlFlags), ...kubectlFlags, '--request-timeout=2s'];
    // An exec credential plugin must not ask for a password in the middle of a command line.
    const { failed, stdout } = await execa(findKubectl(env), args, {
      reject: false,
      stdin: 'ignore',
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    if (failed) return [];
    // What holds white space would have to be quoted, and may be an attack on the terminal.
    return stdout.split('\n').filter((name) => /^[!-~]+$/.test(name));
  };
}

/** As for every command, $NAMESPACE counts where no flag is given: kubectl takes the last. */
function namespaceOf({ NAMESPACE }: NodeJS.ProcessEnv, kubectlFlags: readonly string[]): string[] {
  return NAMESPACE && !kubectlFlags.some((flag) => flag.startsWith('--namespace=')) ? [`--namespace=${NAMESPACE}`] : [];
}
