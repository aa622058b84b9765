import {
  activeServiceName,
  colorServiceName,
  deploymentName,
  leaseName,
  previewServiceName,
} from '../../charts/names.js';
import type { Right } from './facts.js';

type Rule = Omit<Right, 'allowed' | 'verb'> & { readonly verbs: readonly string[] };

/**
 * What a promotion without new manifests asks of the API server.
 *
 * With names, as a Role may be for these objects only; never for list, watch and create, which know no name.
 */
export function neededRights(release: string, options: { migrations: boolean }): Omit<Right, 'allowed'>[] {
  const traffic = [activeServiceName(release), previewServiceName(release)];
  const colors = [colorServiceName(release, 'blue'), colorServiceName(release, 'green')];
  const deployments = [deploymentName(release, 'blue'), deploymentName(release, 'green')];
  const rules: Rule[] = [
    { group: '', resource: 'services', verbs: ['get'], names: [...traffic, ...colors] },
    { group: '', resource: 'services', verbs: ['patch'], names: traffic },
    { group: 'apps', resource: 'deployments', verbs: ['get', 'patch', 'update'], names: deployments },
    { group: 'apps', resource: 'deployments', verbs: ['list', 'watch'] },
    { group: 'apps', resource: 'replicasets', verbs: ['list', 'watch'] },
    { group: '', resource: 'pods', verbs: ['list', 'watch'] },
    { group: '', resource: 'pods/log', verbs: ['get'] },
    { group: '', resource: 'pods/portforward', verbs: ['get', 'create'] },
    { group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list'] },
    { group: 'coordination.k8s.io', resource: 'leases', verbs: ['create'] },
    {
      group: 'coordination.k8s.io',
      resource: 'leases',
      verbs: ['get', 'patch', 'delete'],
      names: [leaseName(release)],
    },
    ...(options.migrations
      ? [{ group: 'batch', resource: 'jobs', verbs: ['get', 'list', 'watch', 'create', 'delete'] }]
      : []),
  ];
  return rules.flatMap(({ verbs, ...rule }) => verbs.map((verb) => ({ ...rule, verb })));
}
