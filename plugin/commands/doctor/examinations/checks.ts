import { COLORS, type Color, deploymentName } from '../../../../charts/names.js';
import { isHttp } from '../../../plan/checks/kinds.js';
import { podSpecOf } from '../../../plan/pod-spec.js';
import { affects, type Examination, type Facts, readyPodsOf } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen, filenames, goBack } from '../remedies.js';

/** What each ready Pod of both colors answers to the checks of the release. */
export const checks: Examination = {
  id: 'checks',
  what: 'every running Pod of both colors answers every check, asked through port-forward',
  needs: ['pods', 'checks'],
  examine: (facts) => COLORS.flatMap((color) => failing(facts, color)),
};

function failing(facts: Facts, color: Color): Finding[] {
  const ready = new Set(readyPodsOf(facts, color).map(({ metadata }) => metadata.name));
  const failed = facts.checks.filter(({ pod, why }) => why !== undefined && ready.has(pod));
  const names = [...new Set(failed.map(({ check }) => check.name))];
  return names.flatMap((name): Finding[] => {
    const of = failed.filter(({ check }) => check.name === name);
    const [first] = of;
    if (!first) return [];
    const { check, why } = first;
    const port = (isHttp(check) ? check.port : check.tcp.port) ?? facts.policies[color].port;
    const isDeclared = declares(facts, color, port);
    return [
      {
        id: 'check-failed',
        severity: 'problem',
        affects: affects(facts, color),
        object: `deployment.apps/${deploymentName(facts.release, color)}`,
        what: `${of.length} of ${ready.size} ready Pods of ${color} fail check "${name}" (${isHttp(check) ? `GET ${check.path} on` : 'tcp'} port ${port}): ${why}`,
        why: isDeclared
          ? 'they are ready by their readinessProbe, and would not pass the verification before a switch'
          : `port ${port} is not a containerPort of ${color}: the check asks the wrong port, or the container listens on another`,
        // A check of another version's port says nothing against a color: no traffic is moved for it.
        fix: isDeclared ? goBack(facts, color) : bluegreen(facts, 'diff', ...filenames(facts)),
        evidence: of.map((one) => `pod/${one.pod}: ${one.why}`),
      },
    ];
  });
}

function declares({ state }: Facts, color: Color, port: number): boolean {
  const template = state.deployments[color]?.spec.template;
  const ports = (template ? podSpecOf(template).containers : []).flatMap((container) => container.ports ?? []);
  return ports.length === 0 || ports.some(({ containerPort }) => containerPort === port);
}
