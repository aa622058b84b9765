import { expect, test } from '@jest/globals';
import { problemsOf } from './support.js';

const peers = (...ingressFrom: object[]) => ({ networkPolicy: { ingressFrom } });

test.each<[string, object]>([
  ['a repository with host and port', { image: { repository: 'localhost:5000/a/b__c/d-e.f' } }],
  ['a peer in all namespaces', peers({ namespaceSelector: {}, podSelector: { app: 'a' } })],
  ['IPv6 peers', peers({ ipBlock: { cidr: 'fd00::/8', except: ['fd01::/16'] } })],
])('%s is valid', (_, more) => {
  expect(problemsOf(more)).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'a host twice',
    { ingress: { hosts: ['a.b'], previewHosts: ['a.b'] } },
    'ingress.previewHosts[0]: host "a.b" is listed twice',
  ],
  [
    'a peer that is nothing',
    peers({}),
    'networkPolicy.ingressFrom[0]: expected either an ipBlock, or a podSelector or namespaceSelector or both',
  ],
  [
    'a peer that is two things',
    peers({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }),
    'networkPolicy.ingressFrom[0]: expected either an ipBlock, or a podSelector or namespaceSelector or both',
  ],
  [
    'an address that is none',
    peers({ ipBlock: { cidr: '256.0.0.0/8' } }),
    'networkPolicy.ingressFrom[0].ipBlock.cidr: expected a CIDR of valid numbers',
  ],
  [
    'a mask that is too long',
    peers({ ipBlock: { cidr: '10.0.0.0/33' } }),
    'networkPolicy.ingressFrom[0].ipBlock.cidr: expected a CIDR of valid numbers',
  ],
  [
    'an exception from elsewhere',
    peers({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }),
    'networkPolicy.ingressFrom[0].ipBlock.except[0]: expected a part of 10.0.0.0/8, got "11.0.0.0/16"',
  ],
  [
    'an exception of all',
    peers({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }),
    'networkPolicy.ingressFrom[0].ipBlock.except[0]: expected a part of 10.0.0.0/8, got "10.0.0.0/8"',
  ],
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});
