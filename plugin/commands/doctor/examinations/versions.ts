import type { Examination, Facts } from '../facts.js';
import type { Finding } from '../finding.js';

/** kubectl supports one minor version older or newer. @see https://kubernetes.io/releases/version-skew-policy/#kubectl */
export const versions: Examination = {
  id: 'versions',
  what: 'kubectl and server are at most one minor version apart',
  needs: ['versions'],
  examine: ({ versions }) => (versions ? skew(versions) : []),
};

function skew({ client, server, platform }: NonNullable<Facts['versions']>): Finding[] {
  const [own, theirs] = [minor(client), minor(server)];
  if (own === undefined || theirs === undefined || Math.abs(own - theirs) <= 1) return [];
  // A distribution's suffix, as in v1.30.5+k3s1, is not a release of kubectl.
  const wanted = server.replace(/[+-].*$/, '');
  const [os] = platform.split('/');
  const file = os === 'windows' ? 'kubectl.exe' : 'kubectl';
  return [
    {
      id: 'kubectl-skew',
      severity: 'warning',
      affects: 'promotion',
      object: 'kubectl',
      what: `kubectl is ${client} and the server ${server}: ${Math.abs(own - theirs)} minor versions apart`,
      why: 'one is supported; put the other kubectl on PATH, or name it in $KUBECTL',
      fix: `curl -fLO https://dl.k8s.io/release/${wanted}/bin/${platform}/${file} && chmod +x ${file} && export KUBECTL="$PWD/${file}"`,
    },
  ];
}

function minor(version: string): number | undefined {
  const [, major, text] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : Number(major) * 1000 + Number(text);
}
