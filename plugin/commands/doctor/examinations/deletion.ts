import { COLORS, type Color, deploymentName } from '../../../../charts/names.js';
import type { KubernetesObject } from '../../../core/kubernetes.js';
import { deletionOf } from '../../../plan/deletion.js';
import { servedColors } from '../../../plan/traffic.js';
import { affects, type Examination, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { goBack, kubectl, kubectlCluster } from '../remedies.js';

/** What is being deleted and still there, held by its finalizers: every change of it is taken, and none is acted on. */
export const deletion: Examination = {
  id: 'deletion',
  what: 'neither the namespace nor a Service or Deployment of the release is being deleted',
  needs: ['services', 'deployments'],
  examine: (facts) => {
    const { active, preview, colorServices } = facts.state;
    return [
      ...namespace(facts),
      ...service(facts, active, 'traffic'),
      ...service(facts, preview, 'promotion'),
      ...COLORS.flatMap((color) => [...service(facts, colorServices[color], 'promotion'), ...deployment(facts, color)]),
    ];
  },
};

function namespace(facts: Facts): Finding[] {
  const words = facts.namespaceObject && deletionOf(facts.namespaceObject);
  if (!words) return [];
  return [
    {
      id: 'namespace-terminating',
      severity: 'problem',
      affects: 'traffic',
      object: `namespace/${facts.namespace}`,
      what: `namespace "${facts.namespace}" ${words}`,
      why: 'everything in it goes, nothing new can be made in it, and it cannot be kept: its conditions say what it waits for',
      fix: kubectlCluster(facts, 'describe', 'namespace', facts.namespace),
    },
  ];
}

function service(facts: Facts, object: KubernetesObject | undefined, hurts: Finding['affects']): Finding[] {
  const words = object && deletionOf(object);
  if (!words) return [];
  const { name } = object.metadata;
  return [
    {
      id: 'being-deleted',
      severity: 'problem',
      affects: hurts,
      object: `service/${name}`,
      what: `service "${name}" ${words}`,
      why: `it is gone as soon as nothing holds it, and ${hurts === 'traffic' ? 'the traffic with it' : 'what it leads to is no longer reached by it'}; "deploy -f" makes it anew then`,
      fix: kubectl(facts, 'wait', '--for=delete', `service/${name}`, '--timeout=5m'),
    },
  ];
}

function deployment(facts: Facts, color: Color): Finding[] {
  const object = facts.state.deployments[color];
  const words = object && deletionOf(object);
  if (!words) return [];
  const name = deploymentName(facts.release, color);
  const serves = servedColors(facts.state).includes(color);
  return [
    {
      id: 'being-deleted',
      severity: 'problem',
      affects: affects(facts, color),
      object: `deployment.apps/${name}`,
      what: `deployment "${name}" ${words}`,
      why: serves
        ? 'its Pods have the traffic, and are gone as soon as nothing holds it'
        : 'its controller acts on no change any more: deploy, promote, rollback and cleanup of it refuse; "deploy -f" makes it anew when it is gone',
      fix: serves ? goBack(facts, color) : kubectl(facts, 'wait', '--for=delete', `deployment/${name}`, '--timeout=5m'),
    },
  ];
}
